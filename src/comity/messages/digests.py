"""The digest by which keys and contents are compared."""

import hashlib
from typing import Final

DIGEST_BYTES: Final = 16


def digest(text: bytes) -> bytes:
    """Return BLAKE2b-128; a row's high word is its first eight bytes, little-endian."""
    return hashlib.blake2b(text, digest_size=DIGEST_BYTES).digest()
