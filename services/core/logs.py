"""The log: one JSON object per line on standard error, in UTC, without secrets and without line breaks of strangers."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import sys
from contextvars import ContextVar
from typing import Any, TextIO

request_id: ContextVar[str] = ContextVar('request_id', default='')

_HIDDEN = (
    (re.compile(r'(?i)\b(authorization|cookie|set-cookie)\b(["\']?\s*[:=]\s*)[^\r\n]+'), r'\1\2[hidden]'),
    (re.compile(r'(?i)\b(password|passwort|token|secret|api[_-]?key)\b(["\']?\s*[:=]\s*["\']?)[^\s"\',;&]+'),
     r'\1\2[hidden]'),
    (re.compile(r'[\w.+-]+@[\w-]+(?:\.[\w-]+)+'), '[mail]'),
    (re.compile(r'\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b'), '[iban]'),
    (re.compile(r'(?<![\w-])\+\d[\d ()/-]{7,}\d'), '[phone]'),
    (re.compile(r'(?<=[\w/.-])\?[\w.%-]+=[^\s"\'<>]*'), '?[query]'),
    (re.compile(r'(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])'), '[token]'),
)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {'message', 'asctime', 'color_message'}


def redacted(text: str) -> str:
    """This text without mail and bank addresses, phone numbers, tokens, passwords, cookies and query strings."""
    for pattern, instead in _HIDDEN:
        text = pattern.sub(instead, text)
    return text


class JsonLines(logging.Formatter):
    """Makes one JSON line of a record: control characters of its texts are escaped, `extra` fields are kept."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            'at': dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec='milliseconds'),
            'level': record.levelname.lower(), 'logger': record.name, 'message': redacted(record.getMessage())}
        if request_id.get():
            line['request'] = request_id.get()
        line |= {key: redacted(value) if isinstance(value, str) else value
                 for key, value in vars(record).items() if key not in _STANDARD and not key.startswith('_')}
        if record.exc_info:
            line['trace'] = redacted(self.formatException(record.exc_info))
        return json.dumps(line, default=str)


def configure(level: str = 'INFO', *, stream: TextIO | None = None) -> None:
    """Send all logs of this process through the one format; uvicorn's access lines, which hold queries, are dropped."""
    out = logging.StreamHandler(stream or sys.stderr)
    out.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [out]
    root.setLevel(level)
    for name in ('uvicorn', 'uvicorn.error', 'nicegui', 'portico'):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
    logging.getLogger('uvicorn.access').disabled = True
    for noisy in ('uvicorn.error', 'fontTools', 'PIL', 'asyncio', 'apscheduler'):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
