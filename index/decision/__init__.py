"""Evidence to a decision: a score an entry, calibrated probabilities, the reply of highest expected utility."""
