"""I-Portal: a self-hosted portal for sealed PDF and Peppol UBL invoices."""
