"""Exports: the filtered list as CSV or XLSX, streamed, at document and at line level."""
