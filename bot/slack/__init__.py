"""The Slack front end: `listeners` hear, `questions` and `handover` decide, `delivery` sends, `messages` is what is seen."""
