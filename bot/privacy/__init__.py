"""Privacy: names, addresses and numbers are masked before a text is kept or sent."""
