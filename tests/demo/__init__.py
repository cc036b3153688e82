"""The demo: its numbers, its documents, its seed, and data to measure on."""
