"""Telling people of new documents: who, by which mail, and the link in it."""
