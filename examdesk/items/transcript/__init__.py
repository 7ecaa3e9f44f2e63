"""A chat or call record in which the lines that break a rule are marked, and the rule is named."""
