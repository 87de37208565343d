"""The customer's pages, and the doors by which people sign in."""
