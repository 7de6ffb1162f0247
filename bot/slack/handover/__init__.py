"""Questions that go to HR, and what comes back."""
