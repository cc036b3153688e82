"""What anyone may know: the issuer's look and policies."""
