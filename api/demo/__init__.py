"""The fictional issuer Lumen Lease: customers, seven years of documents, data to measure on.

Every name, number and address is invented. Enterprise numbers and bank accounts come from ranges
that are given to nobody, with right check digits.
"""
