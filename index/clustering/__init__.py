"""Clustering: questions near in meaning, so that a person reads once what many have asked."""
