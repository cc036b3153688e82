"""Documents: finding them, reading them, fetching their files."""
