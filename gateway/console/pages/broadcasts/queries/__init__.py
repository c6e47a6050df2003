"""Reading broadcasts and what became of them."""
