"""Kannel: the operators behind it, what its smsbox asks and reports, and how SMS go out."""
