"""The knowledge: what the answers are, who gave them, and how old they are."""
