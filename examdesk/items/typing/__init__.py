"""A passage to be copied: speed and errors."""
