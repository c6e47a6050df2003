"""SMS that one of the programme's systems asks for, a person at a time."""
