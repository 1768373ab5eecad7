"""Measurements beside a plain counterpart, in interleaved rounds of the same run: `make bench`."""
