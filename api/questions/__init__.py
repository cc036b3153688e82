"""Questions about a document, mailed to the administration (G6)."""
