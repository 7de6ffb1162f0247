"""Knowledge files into one knowledge, with every problem and the place of every part."""
