"""Questions without points: what candidates think of a training or an exam."""
