"""The VAT of a delivery (flows 3.7), and the usual rates of Europe to begin with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from models.catalogue import TaxClass
from models.core.types import new_id
from models.core.words import _
from models.pricing import TaxRate
from services.core.errors import Invalid

EU = frozenset(('AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT',
                'LU', 'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK'))
SINCE = dt.date(2000, 1, 1)

# Standard rate and the reduced rate most goods have that have one; European Commission, "VAT rates applied in the
# Member States", January 2026; GB, NO and CH by their own tax authorities.
USUAL = {
    'AT': ('20', '10'), 'BE': ('21', '6'), 'BG': ('20', '9'), 'CY': ('19', '5'), 'CZ': ('21', '12'), 'DE': ('19', '7'),
    'DK': ('25', '25'), 'EE': ('24', '9'), 'ES': ('21', '10'), 'FI': ('25.5', '13.5'), 'FR': ('20', '5.5'),
    'GR': ('24', '13'), 'HR': ('25', '13'), 'HU': ('27', '5'), 'IE': ('23', '13.5'), 'IT': ('22', '10'),
    'LT': ('21', '12'), 'LU': ('17', '8'), 'LV': ('21', '12'), 'MT': ('18', '5'), 'NL': ('21', '9'), 'PL': ('23', '8'),
    'PT': ('23', '6'), 'RO': ('21', '11'), 'SE': ('25', '12'), 'SI': ('22', '9.5'), 'SK': ('23', '19'),
    'GB': ('20', '5'), 'NO': ('25', '15'), 'CH': ('8.1', '2.6'),
}


class Tax(NamedTuple):
    """The VAT of a line: the EN 16931 category and the rate in percent."""

    category: str
    rate: Decimal


def rate_for(session: Session, *, seller_country: str, ship_to_country: str, tax_class: TaxClass,
             buyer_vat_id: str = '', on: dt.date = dt.date.max) -> Tax:
    """The VAT of goods of this class sent there on a day, else by the newest rate; raises Invalid when there is none.

    Decided by the country goods go to: at home the seller's rate; another EU state and a buyer with a VAT number of
    the EU: K, 0 % (BR-IC); outside the EU, or abroad for a seller outside it: G, 0 %; else the seller's rate.
    """
    seller, target = seller_country.upper(), (ship_to_country or seller_country).upper()
    if target != seller:
        if target not in EU or seller not in EU:
            return Tax('G', Decimal(0))
        if _is_european(buyer_vat_id, seller):
            return Tax('K', Decimal(0))
    found = session.execute(
        sa.select(TaxRate.category, TaxRate.rate)  # type: ignore[call-overload]
        .where(col(TaxRate.country) == seller, col(TaxRate.tax_class) == tax_class, col(TaxRate.valid_from) <= on)
        .order_by(col(TaxRate.valid_from).desc()).limit(1)).first()
    if found is None:
        raise Invalid(_('There is no VAT rate for {country}. Please add one in the settings.').format(country=seller))
    return Tax(found[0], found[1])


def _is_european(vat_id: str, seller: str) -> bool:
    """Whether this is a VAT number of another EU state (Greece writes EL)."""
    prefix = vat_id.strip().upper()[:2].replace('EL', 'GR')
    return prefix in EU and prefix != seller


def seed(session: Session) -> int:
    """Add the usual rates of every country that has none yet; returns how many were added."""
    known = set(session.execute(sa.select(TaxRate.country)).scalars())  # type: ignore[call-overload]
    rows = [rate for country, (standard, reduced) in USUAL.items() if country not in known for rate in (
        _rate(country, TaxClass.STANDARD, standard), _rate(country, TaxClass.REDUCED, reduced),
        _rate(country, TaxClass.ZERO, '0'))]
    session.add_all(rows)
    session.flush()
    return len(rows)


def _rate(country: str, tax_class: TaxClass, rate: str) -> TaxRate:
    category = 'Z' if Decimal(rate) == 0 else 'S'
    return TaxRate(id=new_id(), country=country, tax_class=tax_class, category=category, rate=Decimal(rate),
                   valid_from=SINCE)
