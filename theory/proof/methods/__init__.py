"""Ways to learn a moment, one a file."""
