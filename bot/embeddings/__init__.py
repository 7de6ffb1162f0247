"""The sentence encoders that are set, among them one behind a server of the operator's own."""
