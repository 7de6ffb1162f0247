"""What Slack tells the bot: acknowledged, and passed on."""
