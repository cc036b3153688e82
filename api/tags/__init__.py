"""Tags: an account's own labels, and putting them on documents."""
