"""What a person says about paying, field by field; all sums are worked out anew by the server."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _l
from services.core.fields import Choice, Date, Money, SearchChoice, Text
from services.payments.methods import BY_HAND, LABELS

_STRICT = ConfigDict(extra='forbid', str_strip_whitespace=True)
MOST_INVOICES = 200
Sum = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=4)]


class InvoiceShare(BaseModel):
    """So much of one invoice is to be paid, by money and credits together."""

    model_config = _STRICT

    number: Annotated[str, Field(min_length=1, max_length=40)]
    amount: Sum


class PayInput(BaseModel):
    """What a customer wants to pay: shares of invoices, or an order in advance, and perhaps more than that."""

    model_config = _STRICT

    invoices: Annotated[tuple[InvoiceShare, ...], Field(max_length=MOST_INVOICES)] = ()
    extra: Sum = Decimal(0)
    order: Annotated[str, Field(max_length=40)] = ''
    use_credits: bool = False
    method: Annotated[str, Field(max_length=20)] = ''


class RecordHead(BaseModel):
    """Money the office received by hand or sees on the bank account."""

    model_config = _STRICT

    account: Annotated[str, SearchChoice(_l('Customer')), Field(min_length=1, max_length=40)]
    amount: Annotated[Decimal, Money(_l('Amount'), half=True), Field(gt=0, max_digits=14, decimal_places=4)]
    received_on: Annotated[dt.date, Date(_l('Received on'), half=True)]
    method: Annotated[str, Choice(_l('Method'), half=True,
                                  choices=lambda: {method: LABELS[method] for method in BY_HAND}),
                      Field(max_length=20)] = 'bank'
    reference: Annotated[str, Text(_l('Reference'), half=True), Field(max_length=140)] = ''


class RecordInput(RecordHead):
    """The same with what it is used for."""

    shares: Annotated[tuple[InvoiceShare, ...], Field(max_length=MOST_INVOICES)] = ()


class RefundInput(BaseModel):
    """Money to go back, and why."""

    model_config = _STRICT

    amount: Annotated[Decimal, Money(_l('Amount')), Field(gt=0, max_digits=14, decimal_places=4)]
    reason: Annotated[str, Text(_l('Reason'), help=_l('The customer reads it.')), Field(min_length=1, max_length=300)]


class UseInput(BaseModel):
    """So much credit is used for an invoice."""

    model_config = _STRICT

    number: Annotated[str, Text(_l('Invoice')), Field(min_length=1, max_length=40)]
    amount: Annotated[Decimal, Money(_l('Amount')), Field(gt=0, max_digits=14, decimal_places=4)]
