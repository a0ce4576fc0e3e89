"""Fixtures shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# No deadlines: a loaded machine is not a bug. The same examples every time: a red run can be run again.
settings.register_profile("eventstudy", deadline=None, derandomize=True)
settings.load_profile("eventstudy")

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of real data beside the checkout; a test that needs it skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (real data that is not part of the project), absent here")
    return SHARED
