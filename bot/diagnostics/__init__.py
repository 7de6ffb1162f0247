"""Whether everything is set up, and what to do where it is not."""
