"""When an invoice is to be paid and by which reference: pure rules over its date, its total and the agreed terms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from models.core.money import rounded


def payment_reference(number: str) -> str:
    """The ISO 11649 creditor reference made of a document's number: RF, two check digits, its letters and digits."""
    plain = ''.join(letter for letter in number.upper() if letter.isascii() and letter.isalnum())[-21:]
    return str(iso11649.validate('RF' + mod_97_10.calc_check_digits(plain + 'RF') + plain))


def instalments(gross: Decimal, currency: str, issued_on: dt.date,
                agreed: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The parts of a total as [{'on', 'amount'}], by agreed percentages and days; the last takes what rounding leaves.

    Nothing when none are agreed or there is nothing to pay.
    """
    if not agreed or not gross:
        return []
    parts = sorted(agreed, key=lambda part: int(part['days']))
    amounts = [rounded(gross * Decimal(part['percent']) / 100, currency) for part in parts[:-1]]
    amounts.append(gross - sum(amounts, Decimal(0)))
    return [{'on': (issued_on + dt.timedelta(days=int(part['days']))).isoformat(), 'amount': str(amount)}
            for part, amount in zip(parts, amounts, strict=True)]


def due_on(issued_on: dt.date, terms_days: int, parts: Sequence[Mapping[str, str]]) -> dt.date:
    """The day all is to be paid: that of the last instalment, else the end of the terms."""
    if parts:
        return dt.date.fromisoformat(parts[-1]['on'])
    return issued_on + dt.timedelta(days=terms_days)
