"""People with whom a main contact shares customer numbers."""
