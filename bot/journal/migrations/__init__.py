"""How the schema came to be, one script a version; Alembic runs them."""
