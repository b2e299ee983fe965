"""The ``fetch_*`` family: arguments -> Selection -> statement -> frame, by subject."""
