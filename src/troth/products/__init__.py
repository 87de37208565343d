"""Products and their releases."""
