"""Each entry on the left gets one of the entries on the right."""
