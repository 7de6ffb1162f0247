"""The release that answers now, and what becomes of publications."""
