"""Labelled questions in, figures out: judgements, metrics, held-out folds, calibration."""
