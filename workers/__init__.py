"""Slow jobs beside the conversation: fetching sound and making text of it."""
