"""What applicants ask of any employer: topics with their names and many ways to ask, without answers."""
