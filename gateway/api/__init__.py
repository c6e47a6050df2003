"""`/api/v1/`: the third door to the rooms that console and files lead to, for other systems."""
