"""GDELT 2.0 exports: columns by the codebook, one entry in the list of errors for a broken row."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

from eventstudy.errors import NewsError
from eventstudy.events.gdelt import plover_category, read_gdelt


def row(event_id: str, day: str, code: str, goldstein: str, mentions: str = "4", added: str = "20220215114500") -> str:
    cells = [""] * 61
    cells[0], cells[1], cells[7], cells[17] = event_id, day, "RUS", "UKR"
    cells[25], cells[26], cells[30], cells[31] = "1", code, goldstein, mentions
    cells[59], cells[60] = added, "https://x.org/a"
    return "\t".join(cells)


def test_rows(tmp_path: Path) -> None:
    path = tmp_path / "20220215114500.export.CSV.gz"
    rows = [
        row("1", "20220215", "0874", "10.0"),
        row("2", "20210215", "190", "-10.0"),
        row("3", "20220215", "010", "0.0"),
        row("4", "20220215", "036", "4.0", mentions="1"),
        "too\tfew",
        row("5", "yesterday", "036", "4.0"),
    ]
    path.write_bytes(gzip.compress("\n".join(rows).encode()))
    errors: list[NewsError] = []
    retreat, old = read_gdelt(path, min_mentions=2, errors=errors)
    assert (retreat.kind, retreat.direction, retreat.intensity, retreat.source, retreat.target) == (
        "RETREAT", "de-escalation", 10.0, ("RUS",), ("UKR",),
    )  # fmt: skip
    assert retreat.earliest == pd.Timestamp("2022-02-15T00:00Z")
    assert retreat.latest == pd.Timestamp("2022-02-15T11:45Z")
    assert not retreat.extra["background"]
    assert old.extra["background"]
    assert [("2 columns" in str(e), "line 6" in str(e)) for e in errors] == [(True, False), (False, True)]
    with pytest.raises(NewsError, match=r"a GDELT 2\.0 event has 61"):
        read_gdelt(path)


@pytest.mark.shared
def test_categories_agree_with_the_table_of_codes(shared_dir: Path) -> None:
    table = pd.read_csv(shared_dir / "gold" / "cameo_goldstein.csv", dtype=str)
    roots = table[table["cameo"].str.len() == 2].set_index("cameo")["plover_category"].dropna()
    assert len(roots) > 15
    # 08 is RETREAT in the table as a whole; its verbal half (080-083, 085) is CONCEDE there as here.
    for code, category in roots.drop("08").items():
        assert plover_category(str(code)) == category
