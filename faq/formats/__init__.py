"""The formats of knowledge files: each reader turns text into data with the line of every part."""
