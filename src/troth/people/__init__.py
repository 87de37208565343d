"""Persons, how they sign in, desks, teams and roles."""
