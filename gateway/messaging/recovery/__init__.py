"""What brings back the stranded, settles the unknown and forgets the old."""
