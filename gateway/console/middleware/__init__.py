"""What stands between a request and the pages: sessions, refusals, error pages, assets."""
