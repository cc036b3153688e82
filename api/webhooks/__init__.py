"""Webhooks of the issuer: programs elsewhere are told of what happens (G5, H4)."""
