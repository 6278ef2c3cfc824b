"""Secrets made on the first start and kept in the data folder, readable by its owner only.

There are two: `secret.key` makes everything new, `secret.key.old`, once there is one, still opens what was made before.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NAME = 'secret.key'
OLD = 'secret.key.old'
SIZE = 32
NONCE = 12


class Secrets:
    """The key of this installation: `sign` derives a value nobody else can make, `seal` one nobody else can read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.key = _read(folder / NAME) or self._make()
        self.old = _read(folder / OLD)

    def rotate(self) -> None:
        """Make a new key and keep the one before it for what it made; the one before that is gone.

        Cut off halfway, the old one is there twice, or the new one is in place; never is there none.
        """
        _write(self._folder / OLD, self.key)
        key = secrets.token_bytes(SIZE)
        _write(self._folder / NAME, key)
        self.key, self.old = key, self.key

    def _make(self) -> bytes:
        self._folder.mkdir(parents=True, exist_ok=True)
        key = secrets.token_bytes(SIZE)
        _write(self._folder / NAME, key, flags=os.O_EXCL)
        return key

    @property
    def _keys(self) -> tuple[bytes, ...]:
        return (self.key, self.old) if self.old else (self.key,)

    def sign(self, purpose: str, value: str) -> str:
        """A URL-safe HMAC-SHA256 of a value for one purpose."""
        return _signed(self.key, purpose, value)

    def signatures(self, purpose: str, value: str) -> tuple[str, ...]:
        """What a value's signature may be: that of the key, and that of the old one."""
        return tuple(_signed(key, purpose, value) for key in self._keys)

    def verify(self, purpose: str, value: str, signature: str) -> bool:
        """Whether this signature is ours, compared in constant time."""
        return any(hmac.compare_digest(right.encode(), signature.encode())
                   for right in self.signatures(purpose, value))

    def seal(self, purpose: str, value: str, *, bound: str) -> str:
        """A value that only this installation can read, and only together with what it is bound to, e.g. a person."""
        nonce = secrets.token_bytes(NONCE)
        return base64.urlsafe_b64encode(nonce + _cipher(self.key, purpose).encrypt(
            nonce, value.encode(), bound.encode())).decode()

    def unseal(self, purpose: str, sealed: str, *, bound: str) -> str:
        """The value that was sealed; raises ValueError when it was sealed by another key or bound to something else."""
        for key in self._keys:
            value = _opened(key, purpose, sealed, bound)
            if value is not None:
                return value
        raise ValueError('sealed by another key, or for something else')

    def reseal(self, purpose: str, sealed: str, *, bound: str) -> str:
        """The same value under the key of now: as it is when it was sealed by that; raises ValueError as `unseal`."""
        if _opened(self.key, purpose, sealed, bound) is not None:
            return sealed
        return self.seal(purpose, self.unseal(purpose, sealed, bound=bound), bound=bound)


def _read(path: Path) -> bytes | None:
    if not path.exists():
        return None
    key = base64.b64decode(path.read_bytes())
    if len(key) < SIZE:
        raise ValueError(f'{path} is too short to be a secret; restore it from a backup or remove it')
    return key


def _write(path: Path, key: bytes, *, flags: int = 0) -> None:
    """Put a key in place as a whole and for good; with O_EXCL only where there is none."""
    half = path if flags else path.with_name(f'.{path.name}')
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | (flags or os.O_TRUNC), 0o600)
    with os.fdopen(descriptor, 'wb') as target:
        target.write(base64.b64encode(key))
        target.flush()
        os.fsync(target.fileno())
    if half != path:
        half.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def _signed(key: bytes, purpose: str, value: str) -> str:
    digest = hmac.new(key, f'{purpose}\0{value}'.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b'=').decode()


def _opened(key: bytes, purpose: str, sealed: str, bound: str) -> str | None:
    raw = base64.urlsafe_b64decode(sealed)
    try:
        return _cipher(key, purpose).decrypt(raw[:NONCE], raw[NONCE:], bound.encode()).decode()
    except InvalidTag:
        return None


def _cipher(key: bytes, purpose: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), SIZE, salt=None, info=f'seal\0{purpose}'.encode()).derive(key))
