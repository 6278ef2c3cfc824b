"""Secrets made on the first start and kept in the data folder, readable by its owner only."""

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

SIZE = 32
NONCE = 12


class Secrets:
    """The key of this installation: `sign` derives a value nobody else can make, `seal` one nobody else can read."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / 'secret.key'
        self.key = self._read() or self._make()

    def _read(self) -> bytes | None:
        if not self._path.exists():
            return None
        key = base64.b64decode(self._path.read_bytes())
        if len(key) < SIZE:
            raise ValueError(f'{self._path} is too short to be a secret; restore it from a backup or remove it')
        return key

    def _make(self) -> bytes:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        key = secrets.token_bytes(SIZE)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, 'wb') as target:
            target.write(base64.b64encode(key))
            target.flush()
            os.fsync(target.fileno())
        return key

    def sign(self, purpose: str, value: str) -> str:
        """A URL-safe HMAC-SHA256 of a value for one purpose."""
        digest = hmac.new(self.key, f'{purpose}\0{value}'.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b'=').decode()

    def verify(self, purpose: str, value: str, signature: str) -> bool:
        """Whether this signature is ours, compared in constant time."""
        return hmac.compare_digest(self.sign(purpose, value).encode(), signature.encode())

    def seal(self, purpose: str, value: str, *, bound: str) -> str:
        """A value that only this installation can read, and only together with what it is bound to, e.g. a person."""
        nonce = secrets.token_bytes(NONCE)
        return base64.urlsafe_b64encode(nonce + self._cipher(purpose).encrypt(
            nonce, value.encode(), bound.encode())).decode()

    def unseal(self, purpose: str, sealed: str, *, bound: str) -> str:
        """The value that was sealed; raises ValueError when it was sealed by another key or bound to something else."""
        raw = base64.urlsafe_b64decode(sealed)
        try:
            return self._cipher(purpose).decrypt(raw[:NONCE], raw[NONCE:], bound.encode()).decode()
        except InvalidTag as error:
            raise ValueError('sealed by another key, or for something else') from error

    def _cipher(self, purpose: str) -> AESGCM:
        return AESGCM(HKDF(SHA256(), SIZE, salt=None, info=f'seal\0{purpose}'.encode()).derive(self.key))
