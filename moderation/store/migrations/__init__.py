"""Alembic's environment. The schema only ever moves forward; a backup is the way back."""
