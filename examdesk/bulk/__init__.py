"""Work on thousands of submissions at once."""
