"""Proposals: what to write next. They are made from what was asked, and only a person takes them over."""
