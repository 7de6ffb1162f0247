"""Evidence: which entries a question is close to, by words and by meaning, and why."""
