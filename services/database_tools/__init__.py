"""Looking after the database: status, checks, backup, restore, and copying between engines."""
