"""The classifier as a thing on disk, and how it scores."""
