"""What the pages of the console are made with; no page is named here."""
