"""Releases: knowledge that passed its checks, compiled, gated, stored, served and rolled back."""
