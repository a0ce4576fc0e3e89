"""Compile the readers into the wheel, where asked for: `EVENTSTUDY_COMPILE=1 pip install .`.

The same modules, by mypyc into C: they give the same events and moves in little more than half the time
(docs/extraction.md). It needs a C compiler and takes minutes, so a plain install leaves it out. Nothing is written into
the source tree.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOMS = ("language", "actors", "times", "triggers", "readings", "moves")
"""Folders of `eventstudy.events` in which something runs for every word of an article."""
PUBLIC = ("moves/extract.py",)
"""Modules in them that users call: what they give wrongly must meet our own errors, not the compiler's."""
SETUP = """
from mypyc.build import mypycify
from setuptools import setup

# A higher level takes twice as long to compile and reads no faster.
given = ["--follow-imports=silent", "--ignore-missing-imports", "--no-incremental", *{files!r}]
setup(name="readers", packages=[], ext_modules=mypycify(given, opt_level="1", debug_level="0"))
"""


def wanted() -> bool:
    """Whether this build is to compile."""
    return os.environ.get("EVENTSTUDY_COMPILE", "0") not in ("", "0")


class CompiledReaders(BuildHookInterface):  # type: ignore[type-arg]
    """Builds the readers in a folder of its own and adds what came out to the wheel."""

    def dependencies(self) -> list[str]:
        """Name what the build needs beyond hatchling: nothing, unless it compiles."""
        return ["mypy>=1.14", "setuptools"] if wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and name the files for the wheel."""
        if not wanted():
            return
        if version == "editable":
            raise SystemExit("EVENTSTUDY_COMPILE=1: an editable install runs the sources; leave out one of the two.")
        self.scratch = Path(tempfile.mkdtemp())
        shutil.copytree(Path(self.root, "eventstudy"), self.scratch / "eventstudy")
        folder = Path("eventstudy", "events")
        kept_out = {self.scratch / folder / name for name in PUBLIC}
        files = [
            path.relative_to(self.scratch).as_posix()
            for room in ROOMS
            for path in sorted((self.scratch / folder / room).glob("*.py"))
            if path.name != "__init__.py" and path not in kept_out
        ]
        (self.scratch / "setup.py").write_text(SETUP.format(files=files), encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "setup.py", "-q", "build_ext", "--inplace"],
            cwd=self.scratch,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            shutil.rmtree(self.scratch)
            told = [line for line in (run.stdout + run.stderr).splitlines() if ": warning:" not in line]
            raise SystemExit(
                "EVENTSTUDY_COMPILE=1: the readers could not be compiled. It needs a C compiler and Python's headers; "
                "without the variable the same readers are installed as they are.\n" + "\n".join(told[-10:])
            )
        made = sorted(self.scratch.rglob("*" + sysconfig.get_config_var("EXT_SUFFIX")))
        made = [path for path in made if "build" not in path.relative_to(self.scratch).parts]
        build_data["force_include"].update({str(p): p.relative_to(self.scratch).as_posix() for p in made})
        build_data.update(pure_python=False, infer_tag=True)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the folder when the wheel has them."""
        if hasattr(self, "scratch"):
            shutil.rmtree(self.scratch)
