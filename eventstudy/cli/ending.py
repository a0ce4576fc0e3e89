"""How the command line ends: 0, 2 for the user's mistake, 1 for ours; one or two lines that say what to do."""

from __future__ import annotations

import sys
import traceback
import warnings
from collections.abc import Callable
from typing import Any

from eventstudy.errors import EventStudyError, EventStudyWarning, nearest

__all__ = ["end_well"]

OURS, USERS, INTERRUPTED = 1, 2, 130


def end_well(app: Callable[..., Any]) -> None:
    """Run a Typer application and leave with its exit code; notes and errors go to standard error."""
    told: set[str] = set()
    usual = warnings.showwarning

    def show(message: Any, category: type[Warning], *rest: Any, **more: Any) -> None:
        if not issubclass(category, EventStudyWarning):
            usual(message, category, *rest, **more)
        elif str(message) not in told:
            told.add(str(message))
            _say(f"eventstudy: note: {message}")

    with warnings.catch_warnings():
        warnings.showwarning = show
        sys.exit(_code(app))


def _code(app: Callable[..., Any]) -> int:
    try:
        code = int(app(prog_name="eventstudy", standalone_mode=False) or 0)
        if code == INTERRUPTED:
            _say("eventstudy: interrupted; nothing was written")
        return code
    except EventStudyError as error:
        _say(f"eventstudy: {error}")
        return USERS
    except Exception as error:
        # Typer's usage errors come from whichever Click it carries, and share no name that it exports.
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):
            _say(_usage(error))
            return USERS
        traceback.print_exc()
        _say("eventstudy: this is a mistake of ours, not of your input; please report it with the lines above")
        return OURS


def _usage(error: Any) -> str:
    """Say what is wrong with the words of a command, with the nearest known one, and where the help is."""
    kind, context = type(error).__name__, getattr(error, "ctx", None)
    if kind == "NoArgsIsHelpError":
        return str(error.format_message())
    path = context.command_path if context is not None else "eventstudy"
    message = str(error.format_message()).rstrip(".")
    if kind == "NoSuchOption" and context is not None:
        known = [o for p in context.command.params for o in (*p.opts, *p.secondary_opts) if o.startswith("-")]
        message = f"no option {error.option_name}; {nearest(error.option_name, [*known, '--help'])}"
    elif kind == "MissingParameter" and error.param is not None:
        role = error.param.param_type_name
        name = max(error.param.opts, key=len) if role == "option" else error.param.name
        told = getattr(error.param, "help", "") or ""
        message = f"the {role} {name} is missing{f': {told}' if told else ''}"
    else:
        message = _unknown_command(message, context) or message[:1].lower() + message[1:]
    return f"{path}: {message}\nSee '{path} --help'."


def _unknown_command(message: str, context: Any) -> str | None:
    """Name the nearest command where the first word is none."""
    commands = getattr(getattr(context, "command", None), "commands", None)
    if not commands or not message.startswith("No such command"):
        return None
    name = message.split("'")[1]
    return f"no command {name!r}; {nearest(name, commands)}"


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
