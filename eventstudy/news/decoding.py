"""Bytes to text: encodings, byte-order marks, entities, bounded sizes."""

from __future__ import annotations

import codecs
import gzip
import html
import re
from pathlib import Path

from eventstudy.errors import NewsError

__all__ = ["MAX_BYTES", "clean_text", "decode", "read_bytes"]

MAX_BYTES = 64 * 1024 * 1024
"""Largest file read whole, after decompression."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,4}=\s{0,4}["']?([A-Za-z0-9_.:-]{2,40})""")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,32}\d{0,2});")
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


def read_bytes(path: Path, *, limit: int = MAX_BYTES) -> bytes:
    """Read a file, through gzip where its name ends in ``.gz``.

    Raises
    ------
    NewsError
        If it is missing, unreadable, not gzip, or larger than ``limit`` once decompressed (so that a
        small archive cannot fill the memory).
    """
    try:
        if path.suffix.lower() == ".gz":
            with gzip.open(path, "rb") as stream:
                data = stream.read(limit + 1)
        else:
            with path.open("rb") as stream:
                data = stream.read(limit + 1)
    except FileNotFoundError as error:
        raise NewsError(f"no file {path}", hint="check the path", file=str(path)) from error
    except (OSError, EOFError, ValueError) as error:
        raise NewsError(f"cannot read {path}: {error}", hint="check the file", file=str(path)) from error
    if len(data) > limit:
        raise NewsError(
            f"{path} is larger than {limit // (1024 * 1024)} MB", hint="split it into smaller files", file=str(path)
        )
    return data


def decode(data: bytes, *, where: str = "") -> str:
    """Turn bytes into text: byte-order mark, then UTF-8, then the declared charset, then Windows-1252.

    Raises
    ------
    NewsError
        If the bytes are no text (they hold NUL bytes and no byte-order mark).

    Examples
    --------
    >>> decode("“ruble”".encode("cp1252"))
    '“ruble”'
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    if b"\x00" in data[:4096]:
        raise NewsError(f"{where or 'the input'} is not a text file", hint="give text, HTML, XML, JSON or CSV")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data[:2048])
    if declared:
        try:
            return data.decode(declared.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return data.decode("cp1252", errors="replace")


def clean_text(text: str) -> str:
    """Resolve character entities, unify line ends, drop control characters and outer white space.

    Examples
    --------
    >>> clean_text("Oil &amp; gas\\r\\nrose&nbsp;2% ")
    'Oil & gas\\nrose\\xa02%'
    """
    if "&" in text:
        text = _ENTITY.sub(lambda m: html.unescape(m.group()), text)
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS).strip()
