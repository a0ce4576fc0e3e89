"""The command line; thin."""

from eventstudy.cli.app import app, main

__all__ = ["app", "main"]
