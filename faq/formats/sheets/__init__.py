"""What belongs to every sheet, whatever file it comes from: columns, header, rows, cells."""
