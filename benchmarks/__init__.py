"""Measurements beside a floor that a reader can check; `python -m benchmarks` runs them all."""
