"""The kinds of steps, one per file, each named after its kind."""
