"""Which VAT a customer pays where: by the country goods go to, his VAT number's standing, and his exemption."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from sqlmodel import col
from stdnum.eu import vat as european

from models.catalogue import TaxClass
from models.core.words import _
from models.customers import Customer
from models.invoices import VatCheck
from services.calendar import today
from services.core import formats
from services.core.work import Work
from services.pricing.taxes import EU, Tax, rate_for
from services.settings import setting

OFFICIAL = 'official'
FORMAT = 'format'


class Standing(NamedTuple):
    """Whether a VAT number counts for a supply without VAT; if it does not, why, for the buyer to read."""

    counts: bool
    why: str = ''


class Regime(NamedTuple):
    """What overrules the ordinary rates: category E or K with its reason; or none, and why VAT is charged after all."""

    category: str = ''
    why: str = ''


def is_european(vat_id: str, seller: str) -> bool:
    """Whether this is a well-formed VAT number of another EU state than the seller's (Greece writes EL)."""
    prefix = vat_id.strip().upper()[:2].replace('EL', 'GR')
    return prefix in EU and prefix != seller and bool(european.is_valid(vat_id))


def standing(work: Work, customer: Customer) -> Standing:
    """Whether a customer's VAT number counts: by its format, and where the official service is asked, by its answer.

    The last answer holds for as long as the setting says while the service is down; afterwards VAT is charged.
    """
    if not customer.vat_id:
        return Standing(False)
    if not is_european(customer.vat_id, setting(work, 'seller.country')):
        return Standing(False, _('{vat_id} is no VAT number of another EU state.').format(vat_id=customer.vat_id))
    return Standing(True) if setting(work, 'vat.register') == 'none' else _registered(work, customer)


def _registered(work: Work, customer: Customer) -> Standing:
    answer = last_answer(work, customer)
    if answer is None:
        return Standing(False, _('The VAT number {vat_id} has not been confirmed by the official register yet.').format(
            vat_id=customer.vat_id))
    if not answer.valid:
        return Standing(False, _('The official register does not know the VAT number {vat_id}.').format(
            vat_id=customer.vat_id))
    if work.now - answer.at > dt.timedelta(days=setting(work, 'vat.trust_days')):
        return Standing(False, _('The official register last confirmed the VAT number {vat_id} on {day}, which is too '
                                 'long ago.').format(vat_id=customer.vat_id, day=formats.date(answer.at)))
    return Standing(True)


def last_answer(work: Work, customer: Customer) -> VatCheck | None:
    """What the official service last said of the customer's present number, if it ever answered."""
    found: VatCheck | None = work.session.exec(work.reach(VatCheck).where(
        VatCheck.customer_id == customer.id, VatCheck.vat_id == customer.vat_id, VatCheck.source == OFFICIAL,
        col(VatCheck.valid).is_not(None)).order_by(col(VatCheck.at).desc()).limit(1)).first()
    return found


def is_exempt(customer: Customer, on: dt.date) -> bool:
    """Whether a certificate frees the customer from VAT on this day."""
    return bool(customer.exempt_reason) and (customer.exempt_until is None or on <= customer.exempt_until)


def regime(work: Work, customer: Customer, country: str) -> Regime:
    """What overrules the rates for deliveries to this country today (flows 3.7)."""
    seller = setting(work, 'seller.country')
    country = country or seller
    if country != seller and not {country, seller} <= EU:
        return Regime()
    found = Standing(False) if country == seller else standing(work, customer)
    if found.counts:
        return Regime('K')
    if is_exempt(customer, today(work)):
        return Regime('E', customer.exempt_reason)
    return Regime(why=found.why)


def tax_of(work: Work, customer: Customer, country: str, *, tax_class: TaxClass, found: Regime | None = None) -> Tax:
    """The VAT a customer pays today for goods of a class sent to a country; raises Invalid without a rate for it."""
    found = found or regime(work, customer, country)
    if found.category == 'E':
        return Tax('E', Decimal(0))
    return rate_for(work.session, seller_country=setting(work, 'seller.country'), ship_to_country=country,
                    buyer_vat_id=customer.vat_id if found.category == 'K' else '', tax_class=tax_class,
                    on=today(work))


def reasons(found: Regime | None = None) -> dict[str, str]:
    """Why a category bears no VAT, as documents say it in the current language (BT-120)."""
    return {'K': _('Intra-community supply'), 'G': _('Export outside the EU'), 'AE': _('Reverse charge'),
            'O': _('Not subject to VAT'), 'E': found.why if found and found.category == 'E' else _('Exempt from VAT')}
