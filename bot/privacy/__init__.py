"""Who somebody is, masked before a text is kept or sent."""
