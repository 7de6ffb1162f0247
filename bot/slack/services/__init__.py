"""What the bot does about an event: questions, hand-overs, administration."""
