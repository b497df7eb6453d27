"""Reading what people type: options, numbers, days, and what a story leaves out; in every language."""
