"""What was asked and how it went: masked, kept as long as promised, and no longer.

`FAQ_JOURNAL` rules what is kept of questions; hand-overs, deliveries and what admins did are kept in every mode, as
answers would be lost. What touches the database raises `JournalError`. This module imports nothing.
"""
