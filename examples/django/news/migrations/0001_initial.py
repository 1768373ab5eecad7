"""The table of comments."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """As `makemigrations` writes it."""

    operations = [
        migrations.CreateModel(
            "Comment",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=128, unique=True)),
                ("article", models.CharField(max_length=64, db_index=True)),
                ("author", models.CharField(max_length=40)),
                ("text", models.TextField()),
            ],
        )
    ]
