"""Africa's Talking: its callbacks, and bulk SMS through its official SDK."""
