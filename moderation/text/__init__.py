"""From the author's characters to comparable ones. Nothing here knows what is bad or good."""
