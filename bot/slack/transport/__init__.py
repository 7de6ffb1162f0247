"""The connection to Slack: tokens, Socket Mode, HTTP."""
