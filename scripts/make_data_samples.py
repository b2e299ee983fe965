"""Writes the sample data set ``data-samples/neuprint``.

Usage: python scripts/make_data_samples.py [DEST]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from data_samples.bundle import write_bundle

_DEFAULT = Path(__file__).resolve().parent.parent / "data-samples"


def main() -> None:
    """Parses the command line, writes the bundle and prints row counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dest", nargs="?", type=Path, default=_DEFAULT, metavar="DEST")
    folder = parser.parse_args().dest / "neuprint"
    for table, rows in write_bundle(folder).items():
        print(f"{table:14}{rows:>8}")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{'bytes':14}{size:>8}")


if __name__ == "__main__":
    main()
