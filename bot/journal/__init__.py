"""What was asked and how it went: masked, kept as long as promised, and no longer.

This module imports nothing, so that a command that needs no database does not pay for one.
`FAQ_JOURNAL` rules what is kept of questions. Hand-overs, deliveries, what admins did and which conversations the bot
takes part in are kept in every mode: without them, answers would be lost. Everything that touches the database raises
`bot.journal.database.JournalError`, whose text is for people.
"""
