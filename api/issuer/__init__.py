"""The issuer's side: customers and publishing."""
