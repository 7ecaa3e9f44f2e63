"""Entries to be put into their right order."""
