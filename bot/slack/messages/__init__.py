"""Messages and views as Block Kit, without Slack."""
