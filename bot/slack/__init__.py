"""The Slack front end: pure builders of messages and views, thin listeners over the conversation."""
