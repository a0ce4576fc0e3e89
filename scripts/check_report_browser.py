"""Open a report in headless Chromium and check it as a reader meets it.

At 1280 and 390 px, light and dark, and as printed: the page loads without errors or requests, nothing
overflows but what scrolls in its own box, headings go down one level at a time, text has contrast, every
figure and table has a name, and the page reads the same with JavaScript switched off (it has none).

    python scripts/check_report_browser.py report.html [--shots FOLDER] [--chromium PATH] [--axe axe.min.js]

With axe-core's script (``npm install axe-core``) its rules of accessibility are checked as well.

Needs Chromium and the ``websockets`` package (yfinance brings it). Exit code 0 when all holds, 1 with
the list of what does not, 2 when it cannot be run.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")

AUDIT = Path(__file__).with_suffix(".js")


class Browser:
    """Chromium over its debugging protocol, one page."""

    def __init__(self, program: str, profile: str) -> None:
        self._process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
             "--no-first-run", "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        from websockets.sync.client import connect

        port_file = Path(profile) / "DevToolsActivePort"
        for _ in range(300):
            if port_file.exists() and len(port_file.read_text().splitlines()) == 2:
                break
            if self._process.poll() is not None:
                raise RuntimeError("Chromium ended before it could be used")
            time.sleep(0.1)
        port, address = port_file.read_text().splitlines()
        self._stack = contextlib.ExitStack()
        self._socket = self._stack.enter_context(
            connect(f"ws://127.0.0.1:{port}{address}", max_size=None, proxy=None, open_timeout=60)
        )
        self._count = 0
        self._session = ""
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events that come between are kept."""
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv(timeout=120))
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])
            self.events.append(answer)

    def open(self, url: str, width: int, scheme: str, *, media: str = "", script: bool = True) -> None:
        """Load a page at a width and in a colour scheme, and wait until it is there."""
        self.events.clear()
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600
        )
        self.call(
            "Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}]
        )
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.call("Page.navigate", url=url)
        end = time.monotonic() + 60
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            if time.monotonic() > end:
                raise RuntimeError("the page did not load within a minute")
            self.events.append(json.loads(self._socket.recv(timeout=60)))

    def evaluate(self, expression: str) -> Any:
        """Run an expression in the page and give its value, or what its promise brings."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    def shot(self, path: Path) -> None:
        """Write the whole page as PNG."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(data))

    def close(self) -> None:
        """End the browser."""
        self._stack.close()
        self._process.terminate()
        self._process.wait(timeout=30)


def complaints(events: list[dict[str, Any]], url: str) -> list[str]:
    """List what the browser itself reported while it loaded the page."""
    out = []
    for event in events:
        method, params = event.get("method"), event.get("params", {})
        if method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            out.append(f"browser says: {params['entry']['text']}")
        elif method == "Runtime.exceptionThrown":
            out.append(f"exception: {params['exceptionDetails']['text']}")
        elif method == "Network.requestWillBeSent":
            asked = params["request"]["url"]
            if asked != url and not asked.startswith("data:"):
                out.append(f"the page asked for {asked[:100]}")
    return out


AXE = """axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.flatMap(v =>
    v.nodes.map(n => `axe ${v.id} (${v.impact}): ${v.help}: ${n.html.slice(0, 120)}`)))"""


def check(path: Path, program: str, shots: Path | None, axe: Path | None = None) -> list[str]:
    """Check one page in every width and scheme."""
    wrong = []
    url = path.resolve().as_uri()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            for width in WIDTHS:
                for scheme in SCHEMES:
                    browser.open(url, width, scheme)
                    where = f"{path.name} at {width} px, {scheme}"
                    wrong += [f"{where}: {line}" for line in browser.evaluate(AUDIT.read_text(encoding="utf-8"))]
                    wrong += [f"{where}: {line}" for line in complaints(browser.events, url)]
                    if axe is not None:
                        browser.evaluate(axe.read_text(encoding="utf-8") + ";0")
                        wrong += [f"{where}: {line}" for line in browser.evaluate(AXE)]
                    if shots is not None:
                        shots.mkdir(parents=True, exist_ok=True)
                        browser.shot(shots / f"{path.stem}-{width}-{scheme}.png")
            browser.open(url, 1280, "light")
            with_script = browser.evaluate("document.body.innerText")
            browser.open(url, 1280, "light", script=False)
            browser.call("Emulation.setScriptExecutionDisabled", value=False)
            if browser.evaluate("document.body.innerText") != with_script:
                wrong.append(f"{path.name}: reads differently without JavaScript")
            browser.open(url, 1280, "light")
            printed = browser.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"]
            if shots is not None:
                (shots / f"{path.stem}.pdf").write_bytes(base64.b64decode(printed))
        finally:
            browser.close()
    return wrong


def main() -> int:
    """Check the pages named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--shots", type=Path, help="folder for screenshots and the printed page")
    parser.add_argument("--axe", type=Path, help="axe-core's axe.min.js")
    parser.add_argument("--chromium", default="", help="program; default the first of the usual names")
    options = parser.parse_args()
    names = (options.chromium,) if options.chromium else ("chromium", "chromium-browser", "google-chrome", "chrome")
    program = next((found for name in names if (found := shutil.which(name))), None)
    if program is None:
        sys.stderr.write("no Chromium found; name one with --chromium\n")
        return 2
    missing = [p for p in options.pages if not p.is_file()]
    if missing:
        sys.stderr.write(f"no such file: {missing[0]}\n")
        return 2
    wrong = [line for page in options.pages for line in check(page, program, options.shots, options.axe)]
    lines = [*wrong, f"{len(options.pages)} page(s): " + (f"{len(wrong)} faults" if wrong else "all holds")]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
