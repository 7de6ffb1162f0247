"""Text to terms: normalization, morphemes, the analyzer, and what in a message asks."""
