"""What is done about an import."""
