"""Backup and restore: one file that holds the database as it was at one instant, and every attachment it names."""
