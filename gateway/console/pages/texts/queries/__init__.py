"""What is read: the cards as they stand, and what has been said of each text."""
