"""How messages reach Slack: once, in order, across failures."""
