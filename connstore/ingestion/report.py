"""What an ingest found: counts, checked identities, repairs, drops. Kept in the store."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes:
        kind: ``count``, ``identity``, ``repair``, ``drop`` or ``note``.
        code: Stable name.
        rows: Rows concerned; violations, for an identity.
        ok: Whether an identity holds; None for the other kinds.
        detail: The finding in words.
    """

    kind: str
    code: str
    rows: int
    detail: str
    ok: bool | None = None


@dataclass
class Report:
    """The findings of one ingest, in order."""

    findings: list[Finding] = field(default_factory=list)

    def count(self, code: str, rows: int, detail: str) -> None:
        """Note how many rows were read or written."""
        self.findings.append(Finding("count", code, rows, detail))

    def repair(self, code: str, rows: int, detail: str) -> None:
        """Note a repair, if any row needed it."""
        if rows:
            self.findings.append(Finding("repair", code, rows, detail))

    def drop(self, code: str, rows: int, detail: str) -> None:
        """Note rows that were left out, if any."""
        if rows:
            self.findings.append(Finding("drop", code, rows, detail))

    def note(self, code: str, rows: int, detail: str) -> None:
        """Note something that a user should know."""
        self.findings.append(Finding("note", code, rows, detail))

    def identity(self, code: str, violations: int, detail: str, *, must_hold: bool = True) -> None:
        """Note the result of a consistency check.

        Args:
            code: Stable name.
            violations: Rows for which it does not hold.
            detail: The identity in words.
            must_hold: False for one that the format only approximates.
        """
        ok = violations == 0 if must_hold else None
        self.findings.append(Finding("identity", code, violations, detail, ok))

    def table(self) -> pa.Table:
        """The findings as the store's table ``finding``."""
        rows = self.findings
        return pa.table(
            {
                "ordinal": pa.array(range(1, len(rows) + 1), pa.int32()),
                "kind": pa.array([f.kind for f in rows], pa.string()),
                "code": pa.array([f.code for f in rows], pa.string()),
                "rows": pa.array([f.rows for f in rows], pa.int64()),
                "ok": pa.array([f.ok for f in rows], pa.bool_()),
                "detail": pa.array([f.detail for f in rows], pa.string()),
            }
        )
