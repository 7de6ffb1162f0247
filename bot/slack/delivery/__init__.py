"""What the bot sends: kept in the journal's outbox, sent once and in order."""
