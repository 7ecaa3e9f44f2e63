"""Generators against values worked out by hand."""
