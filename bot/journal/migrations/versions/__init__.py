"""One script a version, never changed once it was released."""
