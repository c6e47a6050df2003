"""What the questions are answered from: counted figures, and for a village its people."""
