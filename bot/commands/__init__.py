"""The commands of `vertelbot`, one module each."""
