"""The built-in gateway that moves no money: for demonstrations and tests, with books of its own in a file."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.core.secrets import Secrets
from services.gateways.payment import TEST, Charge, Forged, GatewayRefused, Hosted, Outcome, Returned, Seen, Sent, Told

FILE = 'test-gateway.json'
SIGNATURE = 'x-test-signature'
TOLERANCE = 300
SIGNS = 'test gateway'


class TestGateway:
    """A gateway whose books are one file in the data folder, changed under a lock by every process."""

    __test__ = False
    name = TEST

    def __init__(self, folder: Path, secrets: Secrets, url: str) -> None:
        self._path = folder / FILE
        self._secrets = secrets
        self._url = url

    def begin(self, charge: Charge) -> Hosted:
        """Open the page for an attempt; the same key gives the same page."""
        reference = f'ts_{hashlib.sha256(self._secrets.key + charge.key.encode()).hexdigest()[:32]}'
        with self._books() as books:
            books.setdefault(reference, {
                'number': charge.number, 'amount': str(charge.amount), 'currency': charge.currency,
                'words': charge.words, 'back': charge.back, 'outcome': Outcome.OPEN.value, 'captures': 0,
                'refunds': {}, 'paid_at': '', 'ready_at': '', 'failure': ''})
        return Hosted(reference, f'{self._url}/pay/test/{reference}')

    def look(self, reference: str) -> Seen:
        """How an attempt stands just now."""
        with self._books(writes=False) as books:
            return _seen(_of(books, reference))

    def end(self, reference: str) -> Seen:
        """Let nobody pay an attempt any more, and say how it ended."""
        with self._books() as books:
            row = _of(books, reference)
            if row['outcome'] == Outcome.OPEN and not row['ready_at']:
                row['outcome'] = Outcome.ENDED.value
            return _seen(row)

    def refund(self, reference: str, amount: Decimal, currency: str, key: str) -> Returned:
        """Send money back; refuses more than was taken."""
        with self._books() as books:
            row = _of(books, reference)
            given = sum((Decimal(value) for value in row['refunds'].values()), Decimal(0))
            if key not in row['refunds']:
                if row['outcome'] != Outcome.PAID or currency != row['currency'] \
                        or given + amount > Decimal(row['amount']):
                    raise GatewayRefused('More than was taken cannot be sent back.')
                row['refunds'][key] = str(amount)
            return Returned(f'tr_{hashlib.sha256(key.encode()).hexdigest()[:24]}', Sent.DONE)

    def hear(self, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Told:
        """Read a message by its signature; raises Forged."""
        moment, _comma, signature = headers.get(SIGNATURE, '').partition(',')
        if not self._secrets.verify(SIGNS, _signed(body, moment), signature):
            raise Forged('The signature is wrong.')
        if not moment.isdigit() or abs(int(now.timestamp()) - int(moment)) > TOLERANCE:
            raise Forged('The message is too old, or from the future.')
        told = json.loads(body)
        says = Outcome.CHARGED_BACK if told['kind'] == 'charged_back' else None
        return Told(told['id'], told['kind'], told['reference'], told, says)

    def sign(self, body: bytes, moment: str) -> str:
        """The header that proves a message of this gateway, sent at this moment (whole seconds)."""
        return f'{moment},{self._secrets.sign(SIGNS, _signed(body, moment))}'

    def message(self, kind: str, reference: str, now: dt.datetime) -> tuple[bytes, dict[str, str]]:
        """A message about an attempt as this gateway sends it: body and headers."""
        body = json.dumps({'id': f'te_{kind}_{reference}', 'kind': kind, 'reference': reference}).encode()
        return body, {SIGNATURE: self.sign(body, str(int(now.timestamp())))}

    def row(self, reference: str) -> dict[str, Any]:
        """What the gateway's page shows of an attempt; raises GatewayRefused for one it does not know."""
        with self._books(writes=False) as books:
            return dict(_of(books, reference))

    def rows(self) -> dict[str, dict[str, Any]]:
        """All of its books, to compare them with ours."""
        with self._books(writes=False) as books:
            return dict(books)

    def pay(self, reference: str, now: dt.datetime, *, wait: dt.timedelta = dt.timedelta(0)) -> bool:
        """Take the money once, or after a while; whether the attempt was still open."""
        with self._books() as books:
            row = _of(books, reference)
            if row['outcome'] != Outcome.OPEN or row['ready_at']:
                return False
            if wait:
                row['ready_at'] = (now + wait).isoformat()
            else:
                _capture(row, now)
            return True

    def ripen(self, now: dt.datetime) -> None:
        """Take the money of attempts whose while has passed."""
        if not self._path.exists():
            return
        with self._books() as books:
            for row in books.values():
                if row['outcome'] == Outcome.OPEN and row['ready_at'] \
                        and dt.datetime.fromisoformat(row['ready_at']) <= now:
                    _capture(row, now)

    def decline(self, reference: str) -> bool:
        """Refuse the card; whether the attempt was still open."""
        with self._books() as books:
            row = _of(books, reference)
            if row['outcome'] != Outcome.OPEN or row['ready_at']:
                return False
            row.update(outcome=Outcome.FAILED.value, failure='Your card was declined.')
            return True

    @contextmanager
    def _books(self, *, writes: bool = True) -> Iterator[dict[str, dict[str, Any]]]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with open(self._path.with_suffix('.lock'), 'a') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX if writes else fcntl.LOCK_SH)
            books = json.loads(self._path.read_bytes()) if self._path.exists() else {}
            yield books
            if writes:
                fresh = self._path.with_suffix('.new')
                with open(fresh, 'w') as target:
                    json.dump(books, target)
                    target.flush()
                    os.fsync(target.fileno())
                fresh.replace(self._path)


def _signed(body: bytes, moment: str) -> str:
    return f'{moment}.{hashlib.sha256(body).hexdigest()}'


def _of(books: dict[str, dict[str, Any]], reference: str) -> dict[str, Any]:
    if reference not in books:
        raise GatewayRefused('There is no such payment.')
    return books[reference]


def _capture(row: dict[str, Any], now: dt.datetime) -> None:
    row.update(outcome=Outcome.PAID.value, captures=row['captures'] + 1, paid_at=now.isoformat())


def _seen(row: Mapping[str, Any]) -> Seen:
    paid_at = dt.datetime.fromisoformat(row['paid_at']) if row['paid_at'] else None
    return Seen(Outcome(row['outcome']), Decimal(row['amount']), row['currency'], paid_at, row['failure'])
