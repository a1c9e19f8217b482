"""Order intake at size: what the database work alone costs, and what the service and the two endpoints make of it."""
