"""Whole stories through the real program in a real terminal."""
