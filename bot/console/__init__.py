"""The console in which HR tries questions: rich for output, prompt_toolkit for input."""
