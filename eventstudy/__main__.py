"""``python -m eventstudy`` is the command ``eventstudy``."""

from eventstudy.cli import main

if __name__ == "__main__":
    main()
