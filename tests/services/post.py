"""A real SMTP server for the tests, on a free port of 127.0.0.1, that answers as told and keeps what it took."""

from __future__ import annotations

import asyncio
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP


class Postbox:
    """Takes mails; `answers` are given to the next recipients instead of 250, `drop` cuts the line after the data."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        self.drop = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f'smtp://127.0.0.1:{self._port}'

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Answer a recipient."""
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep a mail."""
        found = message_from_bytes(envelope.content, policy=default)
        assert isinstance(found, EmailMessage)
        found['X-Envelope-To'] = ','.join(envelope.rcpt_tos)
        self.mails.append(found)
        if self.drop:
            self.drop = False
            server.transport.abort()
        return '250 OK'

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self._port = server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Listen no more."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: SMTP(self, hostname='mail.test'), '127.0.0.1', 0)
