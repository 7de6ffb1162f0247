"""How long a test waits for what is to happen, before it fails."""

PATIENCE_SECONDS = 120
"""Enough for a machine that is slow and busy; nothing waits that long when all is well."""
