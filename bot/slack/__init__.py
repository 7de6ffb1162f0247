"""The Slack front end: `listeners` hear, `questions` and `handover` decide, `delivery` sends what `messages` builds."""
