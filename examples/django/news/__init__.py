"""A small news site in Django: an article, the comments under it, and a form to write one."""
