"""What `flask doctor` looks at: one small check each, none of which changes anything."""
