"""Knowledge taken out of its files and back into them: export, import, differences, edits."""
