"""What the site keeps."""

from django.db import models


class Comment(models.Model):
    """A published comment; `name` is our id for it, or the service's where it was held first."""

    name = models.CharField(max_length=128, unique=True)
    article = models.CharField(max_length=64, db_index=True)
    author = models.CharField(max_length=40)
    text = models.TextField()
