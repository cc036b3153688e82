"""Retention: documents are purged when their time is over, unless a legal hold keeps them (D9)."""
