"""The dialogue language and its engine: pure, told everything it needs, waiting for nothing."""
