"""Accounts, contacts, licences, contracts, partners; who belongs to which."""
