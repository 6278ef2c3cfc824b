"""Paying by bank transfer: account, reference and the code bank apps read; nothing is under way until money comes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.core.work import Work
from services.documents.invoice_paper import BankDetails
from services.documents.payment_part import epc_code
from services.settings import setting

LONGEST = 140


@dataclass(frozen=True)
class BankFacts:
    """How to pay an amount by bank transfer; `code` is the EPC code as SVG, empty where there can be none."""

    owner: str
    iban: str
    bic: str
    reference: str
    amount: Decimal
    currency: str
    code: str

    @property
    def spaced_iban(self) -> str:
        """The account in groups of four."""
        return ' '.join(self.iban[place:place + 4] for place in range(0, len(self.iban), 4))


def bank_facts(work: Work, amount: Decimal, currency: str, references: Sequence[str]) -> BankFacts | None:
    """How to transfer an amount to the seller; None while he has entered no account."""
    iban = ''.join(str(setting(work, 'seller.iban')).split()).upper()
    if not iban:
        return None
    owner = str(setting(work, 'seller.legal_name') or setting(work, 'seller.name'))
    bic = str(setting(work, 'seller.bic'))
    reference = ' '.join(references)[:LONGEST]
    one = references[0] if len(references) == 1 and references[0].startswith('RF') else ''
    code = epc_code(BankDetails(iban, bic, owner, one), amount, currency)
    svg = io.BytesIO()
    if code is not None:
        code.save(svg, kind='svg', scale=4, border=2, xmldecl=False, svgns=True, light='#fff')
    return BankFacts(owner, iban, bic, reference, amount, currency, svg.getvalue().decode())
