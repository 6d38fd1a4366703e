"""Tokens that people and machines carry. We keep hashes only."""

import hashlib
import hmac
import secrets

# Without 0 O 1 I L U: nobody confuses them when typing from paper. 8 characters are 39 bits; codes also expire,
# work once, and wrong ones are throttled.
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 8


def new_token(prefix: str) -> str:
    """Return 256 random bits with a prefix that tells what it is, e.g. to secret scanners."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def token_hash(token: str) -> str:
    """Return the hex SHA-256 under which a token is kept; 256 random bits need no key."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """Return a code for a printed invitation, like ``K7QF-2M9X``."""
    letters = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def code_hash(code: str, key: str) -> str:
    """Return the hex HMAC under which a code is kept: it is short, so the hash is keyed.

    Case, spaces and dashes do not count, as people type from paper.
    """
    letters = "".join(filter(str.isalnum, code.upper()))
    return hmac.new(key.encode(), letters.encode(), hashlib.sha256).hexdigest()
