"""Desks under pressure: many writers, deaths at any moment, random keys; for minutes with `--full`."""
