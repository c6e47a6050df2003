"""What will be due: reminders, corrections and the people they are about."""
