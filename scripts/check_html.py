"""Validate reports by programs of others: the W3C's checker, html-validate, and axe-core's rules of accessibility.

    python scripts/check_html.py TOOLS report.html ...

TOOLS is a folder for the npm packages, which are installed there on the first run (npm and Java are needed; Chromium
for axe). Exit code 0 when nothing is found, 1 with the list of what is, 2 when it cannot be run.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {"html-validate": "9.7.1", "vnu-jar": "26.9.27", "axe-core": "4.14.1"}
RULES = {"root": True, "extends": ["html-validate:standard"]}


def install(tools: Path) -> None:
    """Put the validators into a folder of their own."""
    if all((tools / "node_modules" / name).is_dir() for name in PACKAGES):
        return
    tools.mkdir(parents=True, exist_ok=True)
    wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
    subprocess.run(["npm", "install", "--silent", "--prefix", str(tools), *wanted], check=True)


def said(command: list[str]) -> list[str]:
    """Run a validator and give its lines."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines if done.returncode else []


def check(tools: Path, pages: list[Path]) -> list[str]:
    """Run every validator on every page."""
    modules = tools / "node_modules"
    rules = tools / "htmlvalidate.json"
    rules.write_text(json.dumps(RULES), encoding="utf-8")
    names = [str(page) for page in pages]
    wrong = said(["java", "-jar", str(modules / "vnu-jar" / "build" / "dist" / "vnu.jar"), "--stdout", *names])
    wrong += said([str(modules / ".bin" / "html-validate"), "--config", str(rules), *names])
    browser = Path(__file__).with_name("check_report_browser.py")
    wrong += said([sys.executable, str(browser), "--axe", str(modules / "axe-core" / "axe.min.js"), *names])
    return wrong


def main() -> int:
    """Check the pages named on the command line."""
    if len(sys.argv) < 3:
        sys.stderr.write("usage: python scripts/check_html.py TOOLS report.html ...\n")
        return 2
    missing = [name for name in ("npm", "java") if shutil.which(name) is None]
    if missing:
        sys.stderr.write(f"not at hand: {', '.join(missing)}\n")
        return 2
    tools, pages = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    install(tools)
    wrong = check(tools, pages)
    sys.stdout.write("\n".join([*wrong, f"{len(pages)} page(s): " + ("faults" if wrong else "all valid")]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
