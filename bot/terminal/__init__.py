"""A conversation in the terminal: the same engine, with nothing kept, for who writes or tries a flow."""
