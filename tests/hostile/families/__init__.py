"""One module a family; each holds `CASES`."""
