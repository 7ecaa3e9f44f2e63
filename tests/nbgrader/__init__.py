"""Everything here runs with unmodified nbgrader 0.9.6."""
