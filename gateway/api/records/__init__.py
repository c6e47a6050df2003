"""What other systems write into the registry: rows in, a result for each of them out."""
