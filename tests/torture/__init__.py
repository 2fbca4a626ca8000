"""Desks under pressure: many writers, deaths at any moment, random keys, damaged mails; for minutes with `--full`."""
