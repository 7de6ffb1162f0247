"""What the command line, the console and the reports share: terminals, tables, labels, exit statuses."""
