"""What staff do about cases, whatever page asks: whose it is, when it is due, answers."""
