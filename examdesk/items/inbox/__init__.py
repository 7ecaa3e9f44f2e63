"""A platform's inbox: messages or tickets to find, read, answer and file, on a desk that keeps the platform's rules."""
