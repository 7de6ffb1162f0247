"""Checks that need the search: stray phrasings, figures that contradict each other."""
