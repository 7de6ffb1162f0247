"""Sheets of any file format: columns, header, rows, cells."""
