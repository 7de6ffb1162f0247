"""Output that command line, console and reports share: terminals, tables, labels, exit statuses."""
