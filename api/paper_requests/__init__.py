"""Copies on paper: asked for by the main contact, priced, paid in advance, then posted (G4)."""
