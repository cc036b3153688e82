"""Electronic seals on PDFs (PAdES): made, checked, and told in plain facts."""
