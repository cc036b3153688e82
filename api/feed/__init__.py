"""The change feed: what is new since, for programs that keep a copy."""
