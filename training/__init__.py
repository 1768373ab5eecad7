"""How a model is made; the service never loads this."""
