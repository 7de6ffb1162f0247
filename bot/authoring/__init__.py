"""What those who write the knowledge files are shown: drafts, imports, checks."""
