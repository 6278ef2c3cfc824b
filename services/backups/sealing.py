"""Sealing a backup with a passphrase: a stream to write into, and one to read back from any place.

The key is scrypt's of the passphrase. The content goes in chunks of 1 MiB through AES-256-GCM; the nonce of each says
its place and whether it is the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár), so a chunk
that was changed, moved, left out or cut off is noticed. An empty chunk after the head tells a wrong passphrase from
damage.
"""

from __future__ import annotations

import io
import os
import secrets
import struct
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from services.backups.manifest import BackupError
from services.core.config import SHORTEST_PASSPHRASE, Config

MARK = b'portico sealed 1'
FILE = 'backup.passphrase'
COST, BLOCK, LANES = 15, 8, 3
"""scrypt's N = 2^15, r = 8, p = 3: 32 MiB, as strong as OWASP asks for."""
MOST_COST = 20
CHUNK = 1024 * 1024
TAG = 16
_HEAD = struct.Struct('>16sBBB16s7s')
_PROOF, _MORE, _LAST = 2, 0, 1


def passphrase_of(config: Config) -> str:
    """The passphrase of this installation: its setting, else the file in its data folder; empty when there is none.

    Raises BackupError when others can read the file or it is too short.
    """
    path = config.data_dir / FILE
    if config.backup_passphrase or not path.is_file():
        return config.backup_passphrase
    if path.stat().st_mode & 0o077:
        raise BackupError(f'{path} can be read by others; run `chmod 600 {path}`.')
    found = path.read_text().strip()
    if len(found) < SHORTEST_PASSPHRASE:
        raise BackupError(f'The passphrase in {path} is shorter than {SHORTEST_PASSPHRASE} characters.')
    return found


def is_sealed(path: Path) -> bool:
    """Whether this file begins like a sealed backup."""
    with path.open('rb') as source:
        return source.read(len(MARK)) == MARK


class Sealer(io.RawIOBase):
    """Takes bytes and writes them sealed; what is not finished cannot be opened."""

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        self._target = target
        self._head = _HEAD.pack(MARK, COST, BLOCK, LANES, secrets.token_bytes(16), secrets.token_bytes(7))
        self._lock = _Lock(self._head, passphrase)
        self._held = bytearray()
        self._place = 0
        target.write(self._head + self._lock.seal(0, _PROOF, b''))

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes; a chunk is kept back until it is known whether it is the last."""
        self._held += data
        while len(self._held) > CHUNK:
            self._put(bytes(self._held[:CHUNK]), _MORE)
            del self._held[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Write the last chunk."""
        self._put(bytes(self._held), _LAST)
        self._held.clear()

    def _put(self, chunk: bytes, kind: int) -> None:
        self._target.write(self._lock.seal(self._place, kind, chunk))
        self._place += 1


class Unsealer(io.RawIOBase):
    """Reads what was sealed, from any place; raises BackupError for a wrong passphrase and for damage."""

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        self._source = source
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
        head = source.read(_HEAD.size)
        if len(head) < _HEAD.size:
            raise BackupError(_DAMAGED)
        self._lock = _Lock(head, passphrase)
        if self._lock.open(0, _PROOF, source.read(TAG)) is None:
            raise BackupError('This is not the passphrase of this backup.')
        self._first = _HEAD.size + TAG
        self._chunks = -(-(size - self._first) // (CHUNK + TAG))
        self._size = size - self._first - self._chunks * TAG
        if self._chunks < 1 or self._size < 0:
            raise BackupError(_DAMAGED)
        self._at = 0
        self._kept: tuple[int, bytes] = (-1, b'')
        self._chunk(self._chunks - 1)

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def seekable(self) -> bool:
        """Any place can be read."""
        return True

    def tell(self) -> int:
        """The place of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read on, to the end of a chunk at most."""
        if self._at >= self._size:
            return 0
        place, offset = divmod(self._at, CHUNK)
        part = self._chunk(place)[offset:offset + len(buffer)]
        buffer[:len(part)] = part
        self._at += len(part)
        return len(part)

    def _chunk(self, place: int) -> bytes:
        if self._kept[0] != place:
            self._source.seek(self._first + place * (CHUNK + TAG))
            kind = _LAST if place == self._chunks - 1 else _MORE
            opened = self._lock.open(place, kind, self._source.read(CHUNK + TAG))
            if opened is None:
                raise BackupError(_DAMAGED)
            self._kept = place, opened
        return self._kept[1]


class _Lock:
    """The key of one file."""

    def __init__(self, head: bytes, passphrase: str) -> None:
        mark, self._cost, self._block, self._lanes, self._salt, self._prefix = _HEAD.unpack(head)
        if mark != MARK or self._cost > MOST_COST or not 0 < self._block <= BLOCK or not 0 < self._lanes <= MOST_COST:
            raise BackupError(_DAMAGED)
        self._head = head
        self._passphrase = passphrase

    @cached_property
    def _cipher(self) -> AESGCM:
        key = Scrypt(salt=self._salt, length=32, n=1 << self._cost, r=self._block, p=self._lanes)
        return AESGCM(key.derive(self._passphrase.encode()))

    def seal(self, place: int, kind: int, data: bytes) -> bytes:
        return self._cipher.encrypt(self._nonce(place, kind), data, self._head)

    def open(self, place: int, kind: int, data: bytes) -> bytes | None:
        try:
            return self._cipher.decrypt(self._nonce(place, kind), data, self._head)
        except (InvalidTag, ValueError):
            return None

    def _nonce(self, place: int, kind: int) -> bytes:
        return bytes(self._prefix) + struct.pack('>IB', place, kind)


_DAMAGED = 'This backup is damaged, or not all of it is here.'
