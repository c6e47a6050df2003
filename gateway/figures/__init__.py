"""What the programme counts: by day, by month and by district, counted ahead of being looked at."""
