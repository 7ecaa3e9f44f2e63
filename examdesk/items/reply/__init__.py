"""A written reply to a buyer. A marker decides; the machine only collects evidence."""
