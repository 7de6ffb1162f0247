"""Many questions at once: a batch, an evaluation, the calibration that follows from it."""
