"""Passwords: argon2id with the OWASP parameters, and the rule which ones are too easy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.core.words import _
from services.core.errors import Invalid

SHORTEST, LONGEST = 12, 256
JUDGED = 72
EASY_SCORE = 1
OWN_CHARACTERS = 6
NOBODY = ('$argon2id$v=19$m=47104,t=1,p=1$a7c4V74CQwYx8FzwpgmScQ'
          '$oii/a+IPOeiGcaE9KQeJnp9SM0z3UVO9QneKk47keEw')
"""A hash in today's parameters that is checked for unknown people, so that they take as long as known ones."""

_hasher = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)


def hashed(password: str) -> str:
    """The argon2id hash to store; takes about 50 ms, so never inside a transaction."""
    return _hasher.hash(_normal(password))


def matches(password_hash: str, password: str) -> bool:
    """Whether this is the password; takes the same time for nobody's (an empty hash) and for a wrong one."""
    try:
        return _hasher.verify(password_hash or NOBODY, _normal(password)) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def check(password: str, *, words: Iterable[str] = (), field: str = 'password') -> None:
    """Raise Invalid for a password that is too short, too long, common, or made of the person's and seller's words."""
    plain = _normal(password)
    if len(plain) < SHORTEST:
        raise Invalid(_('Use at least {count} characters.').format(count=SHORTEST), field=field)
    if len(plain) > LONGEST:
        raise Invalid(_('Use at most {count} characters.').format(count=LONGEST), field=field)
    if _is_easy(plain, _parts(words)):
        raise Invalid(_('This password is too easy to guess. A few unrelated words make a good one.'), field=field)


def _normal(password: str) -> str:
    return unicodedata.normalize('NFC', password)[:LONGEST + 1]


def _parts(words: Iterable[str]) -> set[str]:
    return {part for word in ('portico', *words) for part in re.findall(r'\w{4,}', word.lower())}


def _is_easy(plain: str, known: set[str]) -> bool:
    # its word lists take a tenth of a second to load, which only those who choose a password should wait for
    from zxcvbn import zxcvbn
    rest = plain.lower()
    for part in sorted(known, key=len, reverse=True):
        rest = rest.replace(part, '')
    if known and rest != plain.lower() and len(re.sub(r'\W|_', '', rest)) < OWN_CHARACTERS:
        return True
    return bool(zxcvbn(plain[:JUDGED], user_inputs=sorted(known), max_length=JUDGED)['score'] <= EASY_SCORE)
