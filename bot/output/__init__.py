"""What the command line, the console and the report share: terminals, tables, exit statuses."""
