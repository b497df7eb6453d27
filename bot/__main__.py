"""`python -m bot` is `vertelbot`."""

from bot.cli import main

main()
