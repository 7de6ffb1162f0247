"""A message and the state of its conversation become a reply: no Slack, no terminal, no clock of its own."""
