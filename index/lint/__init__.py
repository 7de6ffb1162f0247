"""What only the search can tell of a knowledge set: stray phrasings, figures that contradict each other."""
