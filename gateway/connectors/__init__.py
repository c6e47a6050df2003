"""Other systems that the gateway asks by itself: registries of people and payments, of visits."""
