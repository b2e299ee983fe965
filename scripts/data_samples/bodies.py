"""Body ids: one :Neuron body per cell of ``cell_types``, and small fragment bodies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .cell_types import CELL_TYPES, CellType

# Ids that a detour through float64 would merge or round.
ID_2_53 = 2**53
ID_2_53_PLUS_1 = 2**53 + 1
ID_MAX = 2**63 - 1
_SPECIAL_IDS = {
    ("LHPV4/5", "R"): ID_2_53,
    ("LHPV4/5", "L"): ID_2_53_PLUS_1,
    ("OA-VPM3", "R"): ID_MAX,
}
# Ids of the size that FlyWire uses: 7205759406xxxxxxxx.
_FLYWIRE_BASE = 720_575_940_600_000_000
_FIRST_VNC_ID = 10_000
ISOLATED_TYPES = ("Mi1", "Tm3", "LC10a")  # their left neurons form a component of their own

# Bodies that carry mitochondria and no synapse.
MITO_ONLY_OUTSIDE = 5_999_000_001  # in no ROI: roiInfo {}
MITO_ONLY_CALYX = 5_999_000_002  # in CA(R)


@dataclass(frozen=True)
class Neuron:
    """One cell: ``index`` counts within type and side."""

    body: int
    cell_type: CellType
    side: str
    index: int

    @property
    def key(self) -> tuple[str, str, int]:
        """The cell's address in the tables of odd values."""
        return (self.cell_type.name, self.side, self.index)


class BodyIds:
    """Hands out distinct body ids in the size ranges of published data sets."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Starts with no id given out but the reserved ones."""
        self._rng = rng
        self._used: set[int] = {0, MITO_ONLY_OUTSIDE, MITO_ONLY_CALYX}
        self._next_vnc = _FIRST_VNC_ID

    def _draw(self, low: int, high: int) -> int:
        while (body := int(self._rng.integers(low, high))) in self._used:
            pass
        self._used.add(body)
        return body

    def hemibrain_sized(self) -> int:
        """An id of nine or ten digits."""
        return self._draw(200_000_000, 5_990_000_000)

    def flywire_sized(self) -> int:
        """An 18-digit id, far above 2^53."""
        return self._draw(_FLYWIRE_BASE, _FLYWIRE_BASE + 99_999_999)

    def vnc_sized(self) -> int:
        """A five-digit id as in MANC."""
        self._next_vnc += int(self._rng.integers(1, 40))
        return self._next_vnc


def make_neurons(ids: BodyIds) -> list[Neuron]:
    """Returns all cells, type by type, right side first."""
    neurons = []
    for cell_type in CELL_TYPES:
        for side, count in (("R", cell_type.right), ("L", cell_type.left)):
            for index in range(count):
                if (cell_type.name, side) in _SPECIAL_IDS:
                    body = _SPECIAL_IDS[cell_type.name, side]
                elif side == "L" and cell_type.name in ISOLATED_TYPES:
                    body = ids.flywire_sized()
                elif cell_type.superclass.startswith("vnc"):
                    body = ids.vnc_sized()
                else:
                    body = ids.hemibrain_sized()
                neurons.append(Neuron(body, cell_type, side, index))
    return neurons
