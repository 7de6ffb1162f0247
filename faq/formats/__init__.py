"""The formats of knowledge files: each reader turns text into a document with the line of every part."""
