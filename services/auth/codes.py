"""Codes of the second step: what an authenticator app shows (RFC 6238) and the recovery codes on paper."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
import unicodedata

import pyotp

STEP_SECONDS = 30
DIGITS = 6
RECOVERY_DIGITS = 12
RECOVERY_CODES = 10


def new_seed() -> str:
    """A seed of 160 bits, as apps take it: 32 letters and digits."""
    return pyotp.random_base32()


def grouped(text: str, size: int = 4) -> str:
    """The same in groups, for people to read and type."""
    return ' '.join(text[at:at + size] for at in range(0, len(text), size))


def address(seed: str, *, person: str, issuer: str) -> str:
    """What the QR code says: `otpauth://totp/…`."""
    return pyotp.TOTP(seed).provisioning_uri(name=person, issuer_name=issuer)


def digits(typed: str) -> str:
    """The digits of what somebody typed, of whatever script, without spaces and hyphens."""
    return ''.join(str(unicodedata.digit(sign)) for sign in typed[:60] if sign.isdecimal())


def step_of(seed: str, code: str, now: dt.datetime) -> int | None:
    """The time step this code belongs to, one before or after now at most; None when it is not right.

    All three are always compared, so that the time it takes tells nothing.
    """
    current = int(now.timestamp()) // STEP_SECONDS
    app = pyotp.HOTP(seed)
    steps = [step for step in (current - 1, current, current + 1)
             if hmac.compare_digest(app.at(step).encode(), code.encode())]
    return steps[-1] if steps else None


def new_recovery_codes() -> list[str]:
    """Ten codes of twelve digits, which any keyboard in any language can type."""
    found: set[str] = set()
    while len(found) < RECOVERY_CODES:
        found.add(f'{secrets.randbelow(10 ** RECOVERY_DIGITS):0{RECOVERY_DIGITS}}')
    return sorted(found)
