"""The filters over people and villages, and the forms of one person."""
