"""What the pages about messages read."""
