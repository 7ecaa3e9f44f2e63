"""Fields for numbers, dates and times, and small choices among them."""
