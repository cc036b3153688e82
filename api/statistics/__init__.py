"""Statistics: what was invoiced per month and per contract or reference."""
