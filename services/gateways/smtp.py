"""The way to a mail server: smtp:// (STARTTLS when it is offered) or smtps:// (TLS from the start)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

PORTS = {'smtp': 25, 'smtps': 465}
TIMEOUT_SECONDS = 30.0


class MailRefused(Exception):
    """The server will never take this mail; its answer is the text."""


class MailFailed(Exception):
    """The mail could not be handed over just now; a later try may succeed."""


class ServerAway(MailFailed):
    """The server cannot be reached, so no other mail would arrive now either."""


class Carrier(Protocol):
    """Takes mails to their server, one after the other."""

    async def send(self, mail: EmailMessage) -> None:
        """Hand over one mail; raises MailRefused or MailFailed."""


@dataclass
class SmtpCarrier:
    """An open connection to an SMTP server."""

    client: aiosmtplib.SMTP

    async def send(self, mail: EmailMessage) -> None:
        """Hand over one mail; raises MailRefused for a 5xx answer and MailFailed for all else."""
        try:
            if not self.client.is_connected:
                await self.client.connect()
            await self.client.send_message(mail)
        except aiosmtplib.SMTPRecipientsRefused as error:
            first = error.recipients[0]
            raise _refusal(first.code, first.message) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _refusal(error.code, error.message) from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise ServerAway(str(error) or type(error).__name__) from error


def _refusal(code: int, answer: str) -> MailRefused | MailFailed:
    return (MailRefused if 500 <= code < 600 and code not in (530, 534, 535) else MailFailed)(f'{code} {answer}')


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[SmtpCarrier]:
    """A carrier to the server of this address, e.g. smtp://user:password@host:587; it connects with the first mail."""
    parts = urlsplit(url)
    client = aiosmtplib.SMTP(
        hostname=parts.hostname, port=parts.port or PORTS[parts.scheme], use_tls=parts.scheme == 'smtps',
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None, timeout=TIMEOUT_SECONDS)
    try:
        yield SmtpCarrier(client)
    finally:
        client.close()
