"""A register to fill in: one note, or rows of fields, checked field by field and as a whole table."""
