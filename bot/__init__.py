"""Meets people: channels in, the conversation, delivery out, the web chat, the server, the command line."""
