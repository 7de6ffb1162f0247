"""Loading: knowledge files into one knowledge."""
