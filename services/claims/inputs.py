"""What customers and office may say about an invoice, field by field."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _l
from services.claims.reasons import REASONS, Reason
from services.core.fields import Choice, Date, LongText, Money, Text

_STRICT = ConfigDict(extra='forbid', str_strip_whitespace=True)


class DisputeInput(BaseModel):
    """What is wrong with an invoice: all of it, one line, or an amount with its VAT."""

    model_config = _STRICT

    reason: Annotated[Reason, Choice(_l('What is wrong?'), choices=lambda: REASONS)]
    line_id: Annotated[uuid.UUID | None, Choice(_l('Line'), help=_l('Empty: the whole invoice.'))] = None
    amount: Annotated[Decimal | None, Money(_l('Disputed amount, VAT included'), help=_l(
        'Leave it empty to dispute all of it.')), Field(gt=0, max_digits=14, decimal_places=4)] = None
    words: Annotated[str, LongText(_l('Please tell us more')), Field(min_length=1, max_length=2000)]


class WordInput(BaseModel):
    """Something said about a dispute."""

    model_config = _STRICT

    words: Annotated[str, LongText(_l('Message')), Field(min_length=1, max_length=2000)]


class UpholdInput(BaseModel):
    """Why the invoice is right."""

    model_config = _STRICT

    answer: Annotated[str, Text(_l('Reason'), help=_l('The customer reads it.')), Field(min_length=1, max_length=300)]


class IssueInput(BaseModel):
    """How much is credited for a dispute, and why."""

    model_config = _STRICT

    amount: Annotated[Decimal, Money(_l('Amount to credit, VAT included')), Field(
        gt=0, max_digits=14, decimal_places=4)]
    answer: Annotated[str, Text(_l('Reason'), help=_l('It stands on the credit note.')),
                      Field(min_length=1, max_length=300)]


class CreditInput(BaseModel):
    """The credit note that answers a dispute."""

    model_config = _STRICT

    number: Annotated[str, Choice(_l('Credit note'))] = Field(min_length=1, max_length=40)
    answer: Annotated[str, Text(_l('Message'), help=_l('The customer reads it.')), Field(max_length=300)] = ''


class PledgeInput(BaseModel):
    """The day on which it will be or was paid."""

    model_config = _STRICT

    on: Annotated[dt.date, Date(_l('On'))]
    note: Annotated[str, Text(_l('Note')), Field(max_length=300)] = ''
