"""Write the pictures that the README and the docs show: ``python docs/make_images.py``."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from eventstudy.cli.demo import run_demo

SHOWN = ("groups.png", "caar-rub.png", "timeline-rub.png")

if __name__ == "__main__":
    images = Path(__file__).with_name("images")
    with tempfile.TemporaryDirectory() as folder:
        run_demo(Path(folder))
        for name in SHOWN:
            shutil.copyfile(Path(folder) / "figures" / name, images / name)
