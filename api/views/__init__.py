"""Saved views: filters of the documents list under a name of one's own."""
