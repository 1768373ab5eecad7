"""One file per dialect: what a request means to us, and what a decision looks like in it."""
