"""Signing in, and what stands before every page of the desk."""
