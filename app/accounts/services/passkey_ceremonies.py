"""What browsers and we say to each other about passkeys (WebAuthn Level 3, https://www.w3.org/TR/webauthn-3/).

Credentials are discoverable and user-verified. Import this where it is needed only: the library behind it would take
a tenth of the service's start.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

_VERIFIED = UserVerificationRequirement.REQUIRED


class Unfit(Exception):
    """A credential that does not fit what was asked."""


class Made(NamedTuple):
    """A new passkey: its id and public key in base64url, and how often it has signed."""

    credential_id: str
    public_key: str
    sign_count: int


def request_options(host: str, challenge: bytes) -> str:
    """Return, as JSON, what a browser needs to ask its owner for a passkey."""
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(rp_id=host, challenge=challenge, user_verification=_VERIFIED)
    )


def creation_options(host: str, challenge: bytes, user_id: str, user_name: str, known: Iterable[str]) -> str:
    """Return, as JSON, what a browser needs to make a passkey; ``known`` are the ids of those that are there."""
    options = webauthn.generate_registration_options(
        rp_id=host,
        rp_name="Portavoce",
        user_id=user_id.encode(),
        user_name=user_name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known],
    )
    return webauthn.options_to_json(options)


def made(credential: dict[str, Any], host: str, origin: str, challenge: bytes) -> Made:
    """Return the passkey that a browser made; raises Unfit."""
    with _or_unfit():
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            require_user_verification=True,
        )
    key = bytes_to_base64url(found.credential_public_key)
    return Made(bytes_to_base64url(found.credential_id), key, found.sign_count)


def signed(credential: dict[str, Any], known: Made, host: str, origin: str, challenge: bytes) -> int:
    """Return how often a known passkey has signed, this challenge included; raises Unfit if it did not."""
    with _or_unfit():
        proven = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=base64url_to_bytes(known.public_key),
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    return proven.new_sign_count


@contextmanager
def _or_unfit() -> Iterator[None]:
    try:
        yield
    except (WebAuthnException, ValueError) as refused:
        raise Unfit from refused
