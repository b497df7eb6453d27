"""Alembic's migrations, from empty to now; each one's reason stands in its first lines."""
