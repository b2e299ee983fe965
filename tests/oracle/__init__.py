"""The independent oracle: the raw export files, pandas, and neuprint-python's own functions.

Nothing here imports connstore. ``bundle`` reads an export into plain Python, ``selection`` says
which bodies a criterion matches, ``standin`` puts both behind ``neuprint.Client``'s face, so that
unmodified neuprint-python functions answer from the raw files.
"""
