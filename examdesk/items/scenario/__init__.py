"""A mock customer: the agent talks and uses tools, the end state and the events on the way are marked."""
