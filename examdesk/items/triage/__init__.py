"""A queue of tickets to be put in order of urgency."""
