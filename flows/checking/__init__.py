"""Checking flow files: every problem at once, plain language, changes that break, and what the format is."""
