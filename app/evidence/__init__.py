"""Evidence that anyone can verify without us: a Merkle log, signed checkpoints, receipts and their verifier.

Pure: bytes and texts in, bytes, texts or one typed error out; no clock, no database, nothing else of this
application. Formats and their sources are written down in docs/evidence/specification.md.
"""
