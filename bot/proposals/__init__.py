"""What could be written next: proposed from what was asked, kept in files, taken over only by a person."""
