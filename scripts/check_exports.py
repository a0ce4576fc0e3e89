"""Check that LaTeX compiles what the tables say and that LibreOffice reads the same numbers from the workbook.

    python scripts/check_exports.py [--keep FOLDER]

Uses ``pdflatex`` (with booktabs and siunitx) and ``soffice`` where they are installed, and says which were not.
Exit code 0 when what could be checked holds, 1 when something does not.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

import eventstudy as es
from eventstudy.comparison import compare, sensitivity
from eventstudy.results.exports import to_latex

RTOL = 1e-9  # LibreOffice writes a double with at most 15 digits

DOCUMENT = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{booktabs,siunitx}
\begin{document}
\scriptsize
%s
\end{document}
"""


def example_results() -> dict[str, es.StudyResult]:
    """Run the embedded example with two models."""
    example = es.load_example("ukraine-2022")
    models = {"market model": {"RUB": es.MarketModel("EM_FX")}, "mean adjusted": {"RUB": es.MeanAdjusted()}}
    return {
        name: es.EventStudy(model, event_window=(-1, 1), estimation_window=(-120, -11)).run(
            example.events, example.prices
        )
        for name, model in models.items()
    }


def check_latex(results: dict[str, es.StudyResult], folder: Path) -> list[str]:
    """Compile every LaTeX table in one document."""
    first = next(iter(results.values()))
    columns = ["asset", "direction", "title", "car", "se", "t", "p_value", "n_estimation"]
    hostile = pd.DataFrame({"title": ["a & b % $ # _ {x} ~ ^ \\ < >", "[x] y", "*z"], "car": [0.1, -0.02, None]})
    example = es.load_example("ukraine-2022")
    found = sensitivity(first.study, example.events, example.prices, over={"window": [(0, 0), (0, 1)]})
    tables = [
        first.summary([(0, 0), (0, 1)]).to_latex(caption="Mean reactions", label="tab:means"),
        first.explain("car ~ C(direction)").to_latex(),
        first.placebo(draws=99, direction="escalation").to_latex(),
        found.to_latex(caption="Specifications"),
        to_latex(first.to_frame("event")[columns], caption="Events, 100 % of them", label="tab:events"),
        compare(results).to_latex(caption="Models & windows"),
        to_latex(hostile),
    ]
    source = folder / "tables.tex"
    source.write_text(DOCUMENT % "\n\n\\bigskip\n\n".join(tables), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", source.name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        return [f"pdflatex: {line}" for line in done.stdout.splitlines() if line.startswith(("!", "l."))]
    return []


def check_excel(results: dict[str, es.StudyResult], folder: Path, program: str) -> list[str]:
    """Let LibreOffice read a result's whole workbook and compare every number of every sheet."""
    result = next(iter(results.values()))
    book = result.export(folder / "result.xlsx")
    # Every digit of a value, not as many as its cell shows; all sheets, one file each.
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    command = [program, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", form]
    done = subprocess.run(
        [*command, "--outdir", str(folder), str(book)], capture_output=True, text=True, timeout=300, check=False
    )
    sheets = {
        "summary": result.summary([(0, 0)]).table,
        "events": result.to_frame("event"),
        "event days": result.to_frame("event_day"),
        "days": result.to_frame("day"),
        "tests": result.tests(by=("asset", "direction")),
    }
    wrong: list[str] = []
    for sheet, frame in sheets.items():
        read = folder / f"result-{sheet}.csv"
        if not read.is_file():
            return [f"LibreOffice wrote no sheet {sheet!r}: {done.stderr.strip()[:200]}"]
        wrong += _different(read, sheet, frame)
    return wrong


def _different(read: Path, sheet: str, frame: pd.DataFrame) -> list[str]:
    with read.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if len(rows) != len(frame):
        return [f"{sheet}: LibreOffice read {len(rows)} rows of {len(frame)}"]
    wrong = []
    for name in (c for c in frame.columns if pd.api.types.is_float_dtype(frame[c])):
        for i, value in enumerate(frame[name]):
            text = rows[i][name]
            got = _number(text)
            if pd.isna(value) != pd.isna(got) or (not pd.isna(value) and abs(got - value) > RTOL * abs(value) + 1e-15):
                wrong.append(f"{sheet}, {name}, row {i}: LibreOffice reads {text!r}, the frame says {value!r}")
    return wrong


def _number(text: str) -> float:
    if not text:
        return float("nan")
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def main() -> int:
    """Run what can be run here."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keep", type=Path, help="folder to leave the files in")
    options = parser.parse_args()
    wrong, said = [], []
    with tempfile.TemporaryDirectory() as held:
        folder = options.keep or Path(held)
        folder.mkdir(parents=True, exist_ok=True)
        results = example_results()
        if shutil.which("pdflatex"):
            found = check_latex(results, folder)
            said.append(f"LaTeX: {len(found)} faults" if found else "LaTeX compiles")
            wrong += found
        else:
            said.append("LaTeX not checked: no pdflatex here")
        program = shutil.which("soffice") or shutil.which("libreoffice")
        if program:
            found = check_excel(results, folder, program)
            said.append(f"Excel: {len(found)} faults" if found else "LibreOffice reads the same numbers")
            wrong += found
        else:
            said.append("Excel not checked: no LibreOffice here")
    sys.stdout.write("\n".join([*wrong, *said]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
