"""Programme staff: who they are, what they may do and see, and what they did."""
