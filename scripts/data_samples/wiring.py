"""Who talks to whom: the type-to-type rules of the invented circuit.

The motifs a user may want to find: L1 -> Mi1 -> T4a -> HSN -> DNp15 -> IN19A001 -> Ti flexor MN
(six steps and no shortcut), PN -> KC -> MBON convergence, dopamine feedback (PAM08_a, PPL101),
reciprocal pairs (APL with every Kenyon cell, EPG with PEN_a), autapses, common inputs of Kenyon
cells, and a left optic lobe that is connected to nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Neurons of type ``pre`` contact neurons of type ``post``.

    Attributes:
        pre: Type of the presynaptic neuron.
        post: Type of the postsynaptic neuron.
        places: Where; ``{s}`` is the side of the presynaptic neuron.
        chance: Probability of a connection between two such neurons.
        mean: Mean number of synapses of a connection.
        sides: ``same`` side only, ``any``, or ``R``: both on the right.
        autapse: Whether a neuron may contact itself.
    """

    pre: str
    post: str
    places: tuple[str, ...]
    chance: float
    mean: float
    sides: str = "same"
    autapse: bool = False


def _rules() -> list[Rule]:
    medulla, lobula, leg = ("ME({s})",), ("LO({s})",), ("LegNp(T1)(R)", "LegNp(T1)(L)")
    calyx, gamma, alpha = ("CA({s})",), ("gL({s})", "PED({s})"), ("aL({s})", "bL({s})")
    prime, antennal = ("a'L({s})", "b'L({s})"), ("AL({s})",)
    crepine = ("CRE(-ROB,-RUB)(R)", "CRE(L)", "ROB(R)")
    lal, smp = ("LAL(R)", "LAL(L)"), ("SMP({s})",)
    rules = [
        Rule("L1", "Mi1", medulla, 0.4, 12, "R"),
        Rule("L1", "Tm3", medulla, 0.3, 8, "R"),
        Rule("Mi1", "L1", medulla, 0.1, 3, "R"),
        Rule("Mi1", "T4a", medulla, 0.4, 8, "R"),
        Rule("Tm3", "T4a", medulla, 0.2, 3, "R"),
        Rule("Mi1", "Tm3", medulla, 0.35, 4),
        Rule("Tm3", "Mi1", medulla, 0.2, 3),
        Rule("Tm3", "LC10a", lobula, 0.45, 6),
        Rule("Tm3", "LC4", lobula, 0.5, 6, "R"),
        Rule("LC10a", "Tm3", lobula, 0.2, 2),
        Rule("LC10a", "LC10a", lobula, 0.5, 3, autapse=True),
        Rule("LC4", "LC4", lobula, 0.3, 2, autapse=True),
        Rule("T4a", "HSN", ("LOP(R)",), 1.0, 12),
        Rule("HSN", "DNp15", ("GNG",), 1.0, 25, "any"),
        Rule("LC4", "DNp01", ("GNG",), 0.9, 15, "any"),
        Rule("LC10a", "DNa02", ("LAL(R)",), 0.7, 5, "R"),
        Rule("DNp15", "IN19A001", leg, 0.9, 14, "any"),
        Rule("IN19A001", "IN19A001", leg, 0.5, 5, "any", autapse=True),
        Rule("IN19A001", "Ti flexor MN", leg, 0.9, 30, "any"),
        Rule("DNp01", "Ti extensor MN", leg, 1.0, 18, "any"),
        Rule("DNa02", "Ti extensor MN", leg, 1.0, 14, "any"),
        Rule("ORN_DA1", "DA1_lPN", ("AL(R)", "AL(L)"), 0.95, 6, "any"),
        Rule("ORN_DA1", "lLN2F_b", antennal, 0.6, 4),
        Rule("ORN_DA1", "ORN_DA1", ("AntN(R)",), 0.1, 3, "R"),
        Rule("lLN2F_b", "DA1_lPN", antennal, 0.8, 6),
        Rule("lLN2F_b", "DM2_lPN", antennal, 0.8, 6),
        Rule("lLN2F_b", "VP1l/VP2_lvPN", antennal, 1.0, 8),
        Rule("lLN2F_b", "ORN_DA1", antennal, 0.4, 3),
        Rule("DA1_lPN", "lLN2F_b", antennal, 0.7, 4),
        Rule("DA1_lPN", "KCg-m", calyx, 0.4, 6),
        Rule("DA1_lPN", "KCab-p", calyx, 0.3, 5),
        Rule("DM2_lPN", "KCg-m", calyx, 0.35, 5),
        Rule("DM2_lPN", "KCa'b'-m", calyx, 0.5, 5),
        Rule("VP1l/VP2_lvPN", "KCab-p", calyx, 0.5, 4),
        Rule("DA1_lPN", "LHAD1a1", ("LH({s})",), 1.0, 10),
        Rule("DM2_lPN", "LHPV4/5", ("LH({s})",), 1.0, 12),
        Rule("LHAD1a1", "LHPV4/5", ("SLP({s})", "LH({s})"), 0.8, 6),
        Rule("LHAD1a1", 'SMP"q"_a', smp, 0.6, 5),
        Rule("LHPV4/5", "FB4A", ("FB",), 1.0, 6, "any"),
        Rule("KCg-m", "MBON05(g4>g1g2)", gamma[:1], 0.95, 10),
        Rule("KCab-p", "MBON14(a3)", alpha[:1], 0.9, 8),
        Rule("KCa'b'-m", "MBON26(b'2d)", prime[1:], 0.95, 10),
        Rule("PAM08_a", "MBON05(g4>g1g2)", gamma[:1], 0.9, 8),
        Rule("MBON05(g4>g1g2)", "PAM08_a", crepine, 0.6, 5, "any"),
        Rule("PPL101", "KCab-p", ("PED({s})", "aL({s})"), 0.5, 4),
        Rule("PPL101", "MBON14(a3)", alpha[:1], 1.0, 12),
        Rule("MBON14(a3)", "PPL101", smp, 1.0, 10),
        Rule("MBON26(b'2d)", "DNa02", lal, 1.0, 18, "any"),
        Rule("MBON26(b'2d)", "FB4A", ("FB",), 1.0, 12, "any"),
        Rule("MBON05(g4>g1g2)", "CRE011", crepine, 1.0, 15, "any"),
        Rule("MBON14(a3)", 'SMP"q"_a', smp, 1.0, 12),
        Rule("CRE011", "PAM08_a", crepine, 0.8, 6, "any"),
        Rule('SMP"q"_a', "PPL101", smp, 0.9, 8),
        Rule("FB4A", "hDeltaB", ("FB",), 1.0, 8, "any"),
        Rule("hDeltaB", "hDeltaB", ("FB",), 0.4, 4, "any", autapse=True),
        Rule("hDeltaB", "PFL3", ("FB",), 0.9, 7, "any"),
        Rule("PFL3", "DNa02", lal, 1.0, 16, "any"),
        Rule("EPG", "PEN_a(PEN1)", ("PB",), 0.5, 6, "any"),
        Rule("PEN_a(PEN1)", "EPG", ("EB",), 0.5, 6, "any"),
        Rule("PEN_a(PEN1)", "PEN_a(PEN1)", ("NO",), 0.4, 4, "any"),
        Rule("EPG", "PFL3", ("PB",), 0.5, 5, "any"),
        Rule("EPG", "ER4d", ("EB",), 0.3, 3, "any"),
        Rule("ER4d", "EPG", ("EB",), 0.7, 5, "any"),
        Rule("ER3a_b", "EPG", ("EB",), 0.7, 5, "any"),
        Rule("ER4d", "ER4d", ("EB",), 0.5, 4, "any", autapse=True),
        Rule("OA-VPM3", "DA1_lPN", ("AL(R)", "AL(L)"), 0.9, 4, "any"),
        Rule("OA-VPM3", "MBON14(a3)", ("aL(R)", "aL(L)"), 1.0, 6, "any"),
        Rule("OA-VPM3", "EPG", ("EB",), 0.5, 3, "any"),
        Rule("LB3", "OA-VPM3", ("GNG",), 1.0, 12, "any"),
        Rule("KCg-m", "(unannotated)", gamma[:1], 0.9, 4),
        Rule("(unannotated)", "KCg-m", gamma[:1], 0.1, 2),
        Rule("LHAD1a1", "(instance only)", smp, 0.9, 5),
        Rule("PFL3", "ensheathing glia", lal[:1], 1.0, 22, "any"),
        Rule("PFL3", "trachea", lal[:1], 1.0, 20, "any"),
    ]
    for kenyon, lobes in (("KCg-m", gamma), ("KCab-p", alpha), ("KCa'b'-m", prime)):
        rules += [
            Rule(kenyon, "APL", (*lobes, *calyx), 1.0, 6),
            Rule("APL", kenyon, (*lobes, *calyx, *calyx), 1.0, 4),
            Rule(kenyon, kenyon, (*lobes, *calyx), 0.06, 2, autapse=True),
            Rule(kenyon, "DPM", lobes[:1], 0.5, 3),
            Rule("DPM", kenyon, lobes, 0.4, 2),
            Rule(kenyon, "PAM08_a", gamma[:1] if kenyon == "KCg-m" else lobes[1:], 0.15, 2),
            Rule("PAM08_a", kenyon, gamma[:1] if kenyon == "KCg-m" else lobes[1:], 0.1, 2),
        ]
    lookalikes = ("NA", "None", "nan", "1e5", "0042", "-", "true")
    for i, name in enumerate(lookalikes):
        rules += [
            Rule('SMP"q"_a', name, ("SMP(R)",), 1.0, 6),
            Rule(name, 'SMP"q"_a', ("SMP(R)", "SLP(R)"), 0.8, 4),
            Rule(name, lookalikes[i - 1], ("SLP(R)",), 1.0, 5),
        ]
    return rules


RULES = _rules()
