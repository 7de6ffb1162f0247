"""An event report, as text or HTML, into a draft FAQ: who was asked what, and who answered what."""
