"""Takes out of a text what says who it is about, and can tell of every place why."""
