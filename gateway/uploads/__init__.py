"""Files that staff upload: kept in the database, checked and imported by a worker."""
