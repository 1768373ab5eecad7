"""Telling other systems what happened: signed requests from the outbox, until they have arrived."""
