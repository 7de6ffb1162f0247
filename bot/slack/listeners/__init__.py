"""What Slack tells of: messages, presses, forms, commands, the Home tab."""
