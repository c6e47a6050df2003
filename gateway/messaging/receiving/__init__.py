"""What comes back: receipts, incoming SMS and what answers them."""
