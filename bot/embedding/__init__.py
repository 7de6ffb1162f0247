"""The embeddings server of the operator: a client that waits no longer than a reply can, and what is made of it."""
