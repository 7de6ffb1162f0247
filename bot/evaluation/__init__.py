"""Many questions at once: a batch, an evaluation, a calibration."""
