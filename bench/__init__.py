"""Measures the real program in a real terminal, each figure beside its target and a yardstick of the same run."""
