"""Retrieval: which entry a question means, and whether any does."""
