"""Africa's Talking and the handsets, played for the demo and the tests; never on in production."""
