"""What tests share: people, customers and documents made through the API."""
