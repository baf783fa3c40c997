"""``python -m beachhead``: the command line."""

from beachhead.cli import main

if __name__ == "__main__":
    main()
