"""What the API's resources about SMS share."""
