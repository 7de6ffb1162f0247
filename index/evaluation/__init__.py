"""Labelled questions in, figures out: judgements, metrics, calibration."""
