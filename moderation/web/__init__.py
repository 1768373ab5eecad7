"""Everything HTTP: the middleware for other people's sites and the service of our own."""
