"""News between the processes of one installation on PostgreSQL, by LISTEN and NOTIFY."""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import Iterator

import psycopg
import sqlalchemy as sa

from services.core.bus import Bus

CHANNEL = 'portico'
LARGEST = 7000
RETRY_SECONDS = 2.0
log = logging.getLogger('portico')


class Relay:
    """Carries topics from this process's bus to the others' and back; `stop` ends it."""

    def __init__(self, engine: sa.Engine, bus: Bus) -> None:
        self._engine = engine
        self._bus = bus
        self._origin = uuid.uuid4().hex
        self._stopping = threading.Event()
        self.listening = threading.Event()
        self._thread = threading.Thread(target=self._listen_always, name='relay', daemon=True)

    def start(self) -> Relay:
        """Begin to listen, and to send what the bus publishes."""
        self._bus.relay = self.send
        self._thread.start()
        return self

    def stop(self) -> None:
        """Listen and send no more."""
        self._bus.relay = None
        self._stopping.set()

    def send(self, news: frozenset[str]) -> None:
        """Tell the other processes; losing it is harmless, since pages read anew when they come to the front."""
        try:
            with self._engine.connect() as connection:
                for payload in self._payloads(news):
                    connection.execute(sa.text('SELECT pg_notify(:channel, :payload)'),
                                       {'channel': CHANNEL, 'payload': payload})
                connection.commit()
        except sa.exc.DBAPIError:
            log.exception('news could not be sent to the other processes')

    def _payloads(self, news: frozenset[str]) -> Iterator[str]:
        batch: list[str] = []
        size = 0
        for topic in sorted(news):
            if batch and size + len(topic) > LARGEST:
                yield json.dumps([self._origin, batch])
                batch, size = [], 0
            batch.append(topic)
            size += len(topic) + 4
        if batch:
            yield json.dumps([self._origin, batch])

    def _listen_always(self) -> None:
        url = self._engine.url.set(drivername='postgresql').render_as_string(hide_password=False)
        while not self._stopping.is_set():
            try:
                self._listen(url)
            except psycopg.Error:
                self.listening.clear()
                log.warning('the line for news from other processes broke; it is tried again')
                self._stopping.wait(RETRY_SECONDS)

    def _listen(self, url: str) -> None:
        with psycopg.connect(url, autocommit=True, keepalives_idle=30) as connection:
            connection.execute(f'LISTEN {CHANNEL}')
            self.listening.set()
            while not self._stopping.is_set():
                for notice in connection.notifies(timeout=1.0):
                    origin, topics = json.loads(notice.payload)
                    if origin != self._origin:
                        self._bus.deliver(frozenset(topics))
