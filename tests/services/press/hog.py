"""A child that does what it may not: `python -m tests.services.press.hog`."""

from __future__ import annotations

import threading
from typing import Any

from services.core.children import answer
from services.core.errors import Invalid


def carry_out(job: dict[str, Any]) -> dict[str, Any]:
    """Misbehave as told."""
    if job['do'] == 'refuse':
        raise Invalid('This is refused.')
    if job['do'] == 'fill':
        return {'size': len(bytearray(600 * 1024 * 1024))}
    if job['do'] == 'wait':
        threading.Event().wait()
    while job['do'] == 'burn':
        pass
    raise ZeroDivisionError


if __name__ == '__main__':
    answer(carry_out, seconds=2)
