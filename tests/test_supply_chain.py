"""What is installed for the checks is pinned with hashes, and every dependency may be used under BSD-3-Clause."""

from __future__ import annotations

import email.message
import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PINNED = re.compile(
    r"^([A-Za-z0-9._-]+)==\S+ (?:; [^\\]+ )?\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    return script("licences")


@pytest.mark.parametrize("file", ["requirements.txt", "fuzz.txt"])
def test_every_line_is_a_version_with_hashes(file: str) -> None:
    text = (ROOT / ".ci" / file).read_text(encoding="utf-8")
    left = PINNED.sub("", text)
    assert [line for line in left.splitlines() if line and not line.startswith("#")] == []
    assert PINNED.findall(text)


def test_every_dependency_of_the_checks_is_pinned_within_what_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    lines = [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        *(line for extra in ("test", "dev", "docs") for line in extras[extra]),
    ]
    text = (ROOT / ".ci" / "requirements.txt").read_text(encoding="utf-8")
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE):
        pins.setdefault(canonicalize_name(name), []).append(version)
    for line in lines:
        wanted = Requirement(line)
        found = pins.get(canonicalize_name(wanted.name), [])
        assert found, f"{line} is not pinned; run bash .ci/pin"
        assert all(version in wanted.specifier for version in found), f"{line}, pinned at {found}"


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT", True),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", True),  # the reader chooses
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("unknown", False),
        ("", False),
    ],
)
def test_which_licences_may_be_used(licences: ModuleType, said: str, may: bool) -> None:
    assert licences.allowed(said) is may


@pytest.mark.parametrize(
    ("lines", "text", "said"),
    [
        ({"License-Expression": "Apache-2.0"}, "", "Apache-2.0"),
        ({"Classifier": "License :: OSI Approved :: MIT License"}, "", "MIT"),
        ({"Classifier": "License :: OSI Approved :: BSD License", "License": "BSD-3-Clause"}, "", "BSD-3-Clause"),
        ({"Classifier": "License :: OSI Approved :: GNU General Public License v3 (GPLv3)", "License": "MIT"}, "",
         "GNU General Public License v3 (GPLv3)"),
        ({}, "Permission is hereby granted, free of charge,\nto any person obtaining a copy of this", "MIT"),
        ({}, "All rights reserved.", "unknown"),
    ],
)  # fmt: skip
def test_a_licence_is_read_from_metadata_or_its_text(
    licences: ModuleType, tmp_path: Path, lines: dict[str, str], text: str, said: str
) -> None:
    (tmp_path / "LICENSE").write_text(text, encoding="utf-8")
    about = email.message.Message()
    for key, value in lines.items():
        about[key] = value

    class Held:
        metadata = about
        files = (tmp_path / "LICENSE",)

    assert licences.licence(Held()) == said


def test_what_is_installed_here_may_be_used(licences: ModuleType) -> None:
    found = licences.closure(licences.DISTRIBUTION, licences.EXTRAS)
    assert {"numpy", "pandas", "pyarrow", "contourpy"} <= set(found)  # contourpy is a dependency of a dependency
    assert {name: said for name, held in found.items() if not licences.allowed(said := licences.licence(held))} == {}


def test_a_hidden_or_misspelt_pin_is_seen() -> None:
    assert not PINNED.findall("numpy==2.4.6\n")
    assert not PINNED.findall("numpy>=2.4 \\\n    --hash=sha256:" + "0" * 64 + "\n")
