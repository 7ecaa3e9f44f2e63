"""Every right option of several."""
