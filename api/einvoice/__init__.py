"""Invoices as values: UBL read, checked, written; PDF inspected and made; CSV and payment codes.

Pure on purpose: bytes in, values out. Nothing here opens a database, a socket or a file that is not
part of an installed package, and nothing is imported from the rest of the product.
"""
