"""What is doubtful in a knowledge that can be read."""
