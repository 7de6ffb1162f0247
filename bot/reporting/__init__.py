"""The report for HR: what was asked, how it was answered, and what to write next."""
