"""One option of several; true/false is the same with two options."""
