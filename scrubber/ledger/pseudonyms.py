"""Identities as salted hashes: what the ledger knows of people, claims and providers."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

from scrubber.claims.claim import Claim
from scrubber.claims.likeness import claim_likeness, line_likeness, payer_key
from scrubber.claims.service_line import ServiceLine

_BYTES = 16


class Pseudonyms:
    """Hashes under one salt. Equal things have equal hashes; without the salt nothing can be tried against them."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._hash = lru_cache(maxsize=256)(self._hashed)
        """The rules ask about one patient many times over."""

    def patient(self, claim: Claim) -> bytes | None:
        """Who was treated, under which billing provider and subscriber; None for a claim without a member number."""
        key = claim.heading.patient_key
        return None if key is None else self._hash("patient", key)

    def payer(self, claim: Claim) -> bytes:
        """Payer and SBR01."""
        return self._hash("payer", payer_key(claim))

    def names(self, claim: Claim) -> tuple[bytes, ...]:
        """The claim by its number (CLM01), and by the original that it names (REF*F8), for this patient and payer."""
        patient = claim.heading.patient_key or ()
        numbers = dict.fromkeys(number for number in (claim.id, claim.original_reference) if number)
        return tuple(self._hash("claim", (*patient, *payer_key(claim), number)) for number in numbers)

    def number(self, number: str) -> bytes:
        """A claim number by itself, whoever's it is."""
        return self._hash("number", (number,))

    def renderer(self, npi: str) -> bytes:
        """A rendering provider."""
        return self._hash("renderer", (npi,))

    def claim_likeness(self, claim: Claim) -> bytes:
        """What makes two claims of a patient the same."""
        return self._hash("claim likeness", claim_likeness(claim))

    def line_likeness(self, claim: Claim, line: ServiceLine) -> bytes:
        """What makes two lines of a patient and payer the same."""
        return self._hash("line likeness", line_likeness(claim, line))

    def _hashed(self, kind: str, parts: tuple[object, ...]) -> bytes:
        text = repr((kind, parts)).encode("utf-8", "backslashreplace")
        return blake2b(text, key=self._salt, digest_size=_BYTES).digest()
