"""Annotation values that break careless readers, each tied to one named cell."""

from __future__ import annotations

Key = tuple[str, str, int]  # type, side, index within type and side

# Applied last, over whatever the ordinary rules chose.
OVERRIDES: dict[Key, dict[str, object]] = {
    ("EPG", "L", 0): {
        "instance": "EPG(PB08)`L5`_L \U0001f9e0",
        "synonyms": "compass neuron \U0001f9ed; `E-PG`; 5\u00b0 wedge",
    },
    ("DA1_lPN", "R", 0): {
        "matchingNotes": 'first line\nsecond "quoted" line, with comma; and semicolon',
        "hemibrainBodyid": 1734350788,
    },
    ("DA1_lPN", "R", 1): {"matchingNotes": "NA", "hemibrainBodyid": 1734350908},
    ("DA1_lPN", "R", 2): {"matchingNotes": "None"},
    ("DA1_lPN", "R", 3): {"matchingNotes": "nan"},
    # The same name in another case: two properties, one of them float because of its nulls.
    ("DA1_lPN", "L", 0): {"matchingNotes": "1e5", "hemibrainBodyId": 754534424.0},
    ("DA1_lPN", "L", 1): {"matchingNotes": "-", "hemibrainBodyId": 754538881.0},
    ("DA1_lPN", "L", 2): {"matchingNotes": "null"},
    ("DM2_lPN", "R", 0): {"matchingNotes": "true"},
    ("DM2_lPN", "R", 1): {"matchingNotes": "0042"},
    ("DM2_lPN", "R", 2): {"matchingNotes": "'; DROP TABLE neuron; --"},
    ("DM2_lPN", "L", 0): {"matchingNotes": "\\N"},
    ("DM2_lPN", "L", 1): {"matchingNotes": " padded "},
    ("LHPV4/5", "R", 0): {"matchingNotes": "9007199254740993"},
    ("LHPV4/5", "L", 0): {"matchingNotes": "NULL"},
    ("APL", "R", 0): {"synonyms": "anterior paired lateral; \u5de6\u53f3; na\u00efve \u03b3-lobe"},
    ("APL", "L", 0): {"matchingNotes": '""'},
    ("OA-VPM3", "R", 0): {"synonyms": "{x:1, y:2, z:3}", "size": 1_099_511_627_776},
    ("OA-VPM3", "L", 0): {"synonyms": '{"json": [1, 2]}'},
    ("CRE011", "R", 0): {"location": "{x:1.5, y:2, z:3}", "locationType": "soma"},
    ("CRE011", "L", 0): {"location": "{x:1034, y:2077, z:3001}", "locationType": "root"},
    ("FB4A", "R", 0): {"location": "{x:0.25, y:2077.125, z:12345.75}", "locationType": "nan"},
    ("Ti flexor MN", "R", 0): {"serial": 5.0},
    ("Ti flexor MN", "R", 1): {"serial": 12.0},
    ("HSN", "R", 0): {"somaLocation": None, "somaRadius": None, "cropped": True},
    ("(instance only)", "R", 0): {"instance": "unknown-SMP_R"},
    ("(instance only)", "L", 0): {"instance": '(dup) unknown-SMP\'s "twin"_L'},
    # One cell of each status, also on the way of the six-step path.
    ("Tm3", "R", 3): {"statusLabel": "Anchor"},
    ("Mi1", "R", 5): {"statusLabel": "Leaves", "cropped": True},
    ("Mi1", "R", 6): {"statusLabel": "0.5assign"},
    ("Mi1", "R", 7): {"statusLabel": "Orphan"},
    ("T4a", "R", 2): {"statusLabel": "Finalized"},
    ("T4a", "R", 3): {"statusLabel": "Primary Anchor"},
    ("L1", "R", 1): {"statusLabel": "Putative Leaves"},
    ("L1", "R", 2): {"statusLabel": "Not examined"},
    ("ORN_DA1", "R", 1): {"statusLabel": "Sensory Anchor"},
    ("ORN_DA1", "R", 2): {"statusLabel": "RT Orphan"},
    ("ORN_DA1", "R", 3): {"statusLabel": "Hard to trace"},
    ("KCg-m", "R", 3): {"statusLabel": "Prelim Roughly traced"},
    ("KCg-m", "R", 4): {"statusLabel": "Soma Anchor"},
    ("ensheathing glia", "R", 0): {"statusLabel": "Glia", "cropped": None},
    ("trachea", "R", 0): {"statusLabel": "Unimportant", "cropped": None},
}
# Instances that do not follow TYPE_SIDE.
INSTANCE_FORMS = {
    "DA1_lPN": "DA1_lPN(ALl1_dorsal)_{s}",
    "PAM08_a": "PAM08_a(y4)_{s}",
    "EPG": "EPG(PB08)_{s}{i}",
}
# T-bars of this type have two transmitters of equal probability.
TIED_TRANSMITTER_TYPE = "1e5"
