"""`python -m bot` is `vertelbot`."""

from workers.loading import loading

with loading():
    from bot.cli import main

if __name__ == "__main__":
    main()
