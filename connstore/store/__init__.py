"""What is on disk: tables as data, manifest, atomic writing, opening, verifying."""
