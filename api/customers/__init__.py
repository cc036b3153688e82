"""Customer numbers as their users see them."""
