"""What is attached to mails, made when they are sent: one renderer for each kind of document."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from services.invoices import paper as billed
from services.invoices import statement_mail
from services.orders import paper
from services.payments import receipt

if TYPE_CHECKING:
    from services.core.runtime import Runtime

Renderer = Callable[['Runtime', uuid.UUID], tuple[str, bytes]]
RENDERERS: dict[str, Renderer] = {
    'order': paper.attached, 'invoice': billed.attached, 'credit_note': billed.attached,
    'statement': statement_mail.attached, 'receipt': receipt.attached}
"""Document kind → a callable that gives file name and bytes, outside of any transaction."""
