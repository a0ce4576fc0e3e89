"""Build the prices of the notebook on acquisitions: ``notebooks/data/us_shares.csv.gz``.

    pip install skfolio
    python scripts/build_us_shares.py

Closes adjusted for splits and dividends of the firms in ``notebooks/data/acquisitions.csv``, and the S&P 500, as
`skfolio` (BSD-3-Clause) ships them, from 2002 to 2022 in six significant digits. Run twice, it writes the same bytes.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd

HOME = Path(__file__).resolve().parents[1] / "notebooks" / "data"
START, END = "2002-01-01", "2022-12-31"


def main() -> None:
    """Write the file."""
    from skfolio.datasets import load_sp500_dataset, load_sp500_index

    firms = sorted(set(pd.read_csv(HOME / "acquisitions.csv")["asset"]))
    shares = load_sp500_dataset()[firms].join(load_sp500_index().iloc[:, 0].rename("SPX"), how="left")
    text = shares.loc[START:END].to_csv(index_label="date", float_format="%.6g", lineterminator="\n")
    (HOME / "us_shares.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
