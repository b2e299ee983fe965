"""The cell types of the invented brain, with the odd names that real data sets contain."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CellType:
    """One cell type.

    Attributes:
        name: Key of the type in the wiring rules; also the property ``type`` unless ``untyped``.
        right: Number of neurons of the right side.
        left: Number of neurons of the left side.
        cell_class: Property ``class``.
        superclass: Property ``superclass``.
        transmitter: What its T-bars are mostly predicted to release.
        soma: Place near which the somata lie.
        fiber: Property ``cellBodyFiber``.
        hemilineage: Property ``hemilineage``.
        untyped: If true, the neurons carry no ``type``.
    """

    name: str
    right: int
    left: int
    cell_class: str
    superclass: str
    transmitter: str
    soma: str
    fiber: str | None = None
    hemilineage: str | None = None
    untyped: bool = False


# Types that a reader must not turn into null, number or boolean.
LOOKALIKE_TYPES = ("NA", "None", "nan", "1e5", "0042", "-", "true")

_OL, _VPN, _CB = "ol_intrinsic", "visual_projection", "cb_intrinsic"
_DN, _VNC, _SENS = "descending_neuron", "vnc_motor", "sensory"

CELL_TYPES: tuple[CellType, ...] = (
    CellType("L1", 12, 0, "lamina monopolar", _OL, "glutamate", "ME(R)"),
    CellType("Mi1", 20, 6, "medulla intrinsic", _OL, "acetylcholine", "ME(R)"),
    CellType("Tm3", 20, 6, "transmedullary", _OL, "acetylcholine", "ME(R)"),
    CellType("T4a", 16, 0, "T neuron", _OL, "acetylcholine", "LOP(R)"),
    CellType("LC4", 8, 0, "LC", _VPN, "acetylcholine", "LO(R)", "PVL05"),
    CellType("LC10a", 8, 4, "LC", _VPN, "acetylcholine", "LO(R)", "AVL02"),
    CellType("HSN", 1, 0, "lobula plate tangential", _VPN, "acetylcholine", "LOP(R)"),
    CellType("DNp15", 1, 1, "DN", _DN, "acetylcholine", "GNG"),
    CellType("DNp01", 1, 1, "DN", _DN, "acetylcholine", "GNG"),
    CellType("DNa02", 1, 1, "DN", _DN, "acetylcholine", "GNG"),
    CellType("IN19A001", 2, 2, "intrinsic", "vnc_intrinsic", "gaba", "LegNp(T1)(R)", None, "19A"),
    CellType("Ti flexor MN", 2, 2, "leg motor neuron", _VNC, "glutamate", "LegNp(T1)(R)"),
    CellType("Ti extensor MN", 1, 1, "leg motor neuron", _VNC, "glutamate", "LegNp(T1)(R)"),
    CellType("ORN_DA1", 10, 8, "ORN", _SENS, "acetylcholine", "AL(R)"),
    CellType("DA1_lPN", 4, 3, "ALPN", _CB, "acetylcholine", "AL(R)", "ADL01", "ALl1_dorsal"),
    CellType("DM2_lPN", 3, 2, "ALPN", _CB, "acetylcholine", "AL(R)", "ADL01", "ALl1_dorsal"),
    CellType("VP1l/VP2_lvPN", 1, 1, "ALPN", _CB, "gaba", "AL(R)", "AVM03", "ALlv1"),
    CellType("lLN2F_b", 3, 2, "ALLN", _CB, "gaba", "AL(R)", "ADL17", "v2LN"),
    CellType("KCab-p", 12, 6, "Kenyon cell", _CB, "acetylcholine", "CA(R)", "PDL01", "MBp1"),
    CellType("KCg-m", 24, 10, "Kenyon cell", _CB, "acetylcholine", "CA(R)", "PDL02", "MBp2"),
    CellType("KCa'b'-m", 10, 4, "Kenyon cell", _CB, "acetylcholine", "CA(R)", "PDL03", "MBp3"),
    CellType("APL", 1, 1, "MBIN", _CB, "gaba", "LH(R)", "ADL08"),
    CellType("DPM", 1, 1, "MBIN", _CB, "serotonin", "SLP(R)", "PDM02"),
    CellType("MBON26(b'2d)", 1, 1, "MBON", _CB, "acetylcholine", "CRE(L)", "ADM06"),
    CellType("MBON14(a3)", 2, 2, "MBON", _CB, "acetylcholine", "SMP(R)", "PDM08"),
    CellType("MBON05(g4>g1g2)", 1, 1, "MBON", _CB, "glutamate", "CRE(L)", "ADM02"),
    CellType("PAM08_a", 5, 3, "DAN", _CB, "dopamine", "CRE(L)", "ADM02"),
    CellType("PPL101", 1, 1, "DAN", _CB, "dopamine", "SLP(R)", "PDL05"),
    CellType("LHAD1a1", 4, 2, "LHN", _CB, "acetylcholine", "LH(R)", "PVL03", "DL2_dorsal"),
    CellType("LHPV4/5", 1, 1, "LHN", _CB, "glutamate", "LH(R)", "PDL20"),
    CellType('SMP"q"_a', 2, 1, "SMP", _CB, "glutamate", "SMP(R)", "ADM03"),
    CellType("CRE011", 1, 1, "CRE", _CB, "acetylcholine", "CRE(L)", "ADM04"),
    CellType("ER4d", 6, 6, "ring neuron", _CB, "gaba", "LAL(R)", "AVM08", "DALv2"),
    CellType("ER3a_b", 3, 3, "ring neuron", _CB, "gaba", "LAL(R)", "AVM08", "DALv2"),
    CellType("EPG", 8, 8, "CX columnar", _CB, "acetylcholine", "PB", "PDM14"),
    CellType("PEN_a(PEN1)", 4, 4, "CX columnar", _CB, "acetylcholine", "PB", "PDM09"),
    CellType("hDeltaB", 4, 4, "CX columnar", _CB, "acetylcholine", "FB", "PDM15"),
    CellType("FB4A", 1, 1, "FB tangential", _CB, "dopamine", "FB", "ADM05"),
    CellType("PFL3", 3, 3, "CX columnar", _CB, "acetylcholine", "PB", "PDM27"),
    CellType("OA-VPM3", 1, 1, "OAN", _CB, "octopamine", "GNG"),
    CellType("LB3", 3, 0, "gustatory", _SENS, "acetylcholine", "GNG"),
    *(
        CellType(name, 1, 0, "lookalike", _CB, "acetylcholine", "SMP(R)")
        for name in LOOKALIKE_TYPES
    ),
    # Large bodies without any annotation: :Neuron by synapse count alone.
    CellType("(unannotated)", 3, 0, "", "", "acetylcholine", "gL(R)", untyped=True),
    # An instance without a type.
    CellType("(instance only)", 1, 1, "", "", "gaba", "SMP(R)", untyped=True),
    # Many synapses and a type, but status Glia: a :Segment and no :Neuron.
    CellType("ensheathing glia", 1, 0, "glia", "glia", "acetylcholine", "LAL(R)"),
    # The same with status Unimportant.
    CellType("trachea", 1, 0, "artifact", "artifact", "acetylcholine", "LAL(R)"),
)
BY_NAME = {cell_type.name: cell_type for cell_type in CELL_TYPES}
