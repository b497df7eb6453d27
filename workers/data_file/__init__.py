"""The file with all that is held of a person: a page to read, the same for machines, and sound and photos."""
