"""Hostile and damaged submissions: a catalogue of cases by family, and what may never happen to any of them."""
