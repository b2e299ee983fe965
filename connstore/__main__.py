"""``python -m connstore``."""

from __future__ import annotations

from connstore.cli import main

if __name__ == "__main__":
    main()
