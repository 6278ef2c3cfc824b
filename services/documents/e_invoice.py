"""Invoices for machines by EN 16931: UN/CEFACT CII (the XML of Factur-X) and UBL 2.1, both of one set of terms.

`facturx` writes both syntaxes of the same business terms, so their sums cannot differ. Terms are named as in the norm.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from facturx import generate_cii_xml, generate_ubl_xml

from models.core.money import digits
from models.core.words import _, language
from services.core.errors import Invalid
from services.documents.invoice_paper import BilledLine, BilledTax, Extra, InvoicePaper, Party, reason_of, terms_of

UNITS = {
    'pcs': 'H87', 'pc': 'H87', 'piece': 'H87', 'stk': 'H87', 'st': 'H87', 'ea': 'EA', 'm': 'MTR', 'cm': 'CMT',
    'mm': 'MMT', 'km': 'KMT', 'kg': 'KGM', 'g': 'GRM', 't': 'TNE', 'l': 'LTR', 'ml': 'MLT', 'm2': 'MTK', 'm²': 'MTK',
    'm3': 'MTQ', 'm³': 'MTQ', 'h': 'HUR', 'min': 'MIN', 'day': 'DAY', 'set': 'SET', 'pair': 'PR', 'box': 'XBX',
    'pack': 'XPK', 'roll': 'XRO', 'carton': 'XCT', 'pallet': 'XPX', 'bag': 'XBG', 'bottle': 'XBO', 'can': 'XCA',
    'sheet': 'XST', 'kwh': 'KWH', 'dozen': 'DZN', 'sack': 'XSA', 'drum': 'XDR', 'tube': 'XTU'}
"""Our units as UN/ECE recommendations 20 and 21 name them; any other is C62, one."""
EXEMPTIONS = {'AE': 'VATEX-EU-AE', 'G': 'VATEX-EU-G', 'K': 'VATEX-EU-IC', 'O': 'VATEX-EU-O'}
_NOT_XML = re.compile('[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]')


def cii(paper: InvoicePaper) -> bytes:
    """The document as CII in the EN 16931 profile of Factur-X; raises Invalid for amounts the norm cannot hold."""
    return bytes(generate_cii_xml(terms(paper), level='en16931', check_xsd=False, check_schematron=None))


def ubl(paper: InvoicePaper) -> bytes:
    """The document as UBL 2.1 Invoice or CreditNote; raises Invalid for amounts the norm cannot hold."""
    return bytes(generate_ubl_xml(terms(paper), level='en16931', check_xsd=False, check_schematron=None))


def fits(paper: InvoicePaper) -> bool:
    """Whether EN 16931 can say it: two decimals at most (BR-DEC), and never a fee for reminding, which is no supply."""
    amounts = [paper.tax, paper.gross, paper.prepaid, *(line.net for line in paper.lines),
               *(extra.net for extra in (*paper.charges, *paper.allowances)),
               *(value for tax in paper.taxes for value in (tax.taxable, tax.tax))]
    is_told = bool(paper.lines and paper.taxes) and not paper.of_charge
    return is_told and all(amount == round(amount, 2) for amount in amounts)


def terms(paper: InvoicePaper) -> dict[str, Any]:
    """The business terms of EN 16931 that a document has."""
    if paper.of_charge:
        raise Invalid(_('There is no e-invoice of a reminder fee; please take the PDF.'))
    if not fits(paper):
        raise Invalid(_('An e-invoice knows two decimals at most; amounts in {currency} may have more.').format(
            currency=paper.currency))
    taxed = not any(tax.category == 'O' for tax in paper.taxes)
    with language(paper.language):
        found = {
            'BT-1': paper.number, 'BT-2': paper.issued_on, 'BT-3': '381' if paper.is_credit else '380',
            'BT-5': paper.currency, 'BT-9': None if paper.is_credit else paper.due_on,
            'BT-10': _text(paper.buyer_reference), 'BT-13': _text(paper.po_number),
            'BT-14': _text(paper.order_number), 'BT-20': _text('\n'.join(terms_of(paper))),
            'BG-1': [{'BT-22': _text(text)} for text in (paper.reason, paper.note) if text],
            'BG-3': [{'BT-25': paper.corrects, 'BT-26': paper.corrects_on}] if paper.corrects else [],
            'BG-4': _seller(paper.seller, taxed), 'BG-7': _party(paper.buyer, taxed),
            'BG-20': [_extra(extra, '95', _('Discount'), paper.currency) for extra in paper.allowances],
            'BG-21': [_extra(extra, 'FC', _('Shipping'), paper.currency) for extra in paper.charges],
            'BG-23': [_tax(tax, paper.currency) for tax in paper.taxes],
            'BG-25': [_line(place, line, paper.currency) for place, line in enumerate(paper.lines, 1)],
            **_delivery(paper), **_payment(paper), **_sums(paper)}
    return {term: value for term, value in found.items() if value not in (None, '', [])}


def _sums(paper: InvoicePaper) -> dict[str, str]:
    charged = sum((extra.net for extra in paper.charges), Decimal(0))
    allowed = sum((extra.net for extra in paper.allowances), Decimal(0))
    sums = {'BT-106': paper.lines_net, 'BT-107': allowed or None, 'BT-108': charged or None, 'BT-109': paper.net,
            'BT-110': paper.tax, 'BT-112': paper.gross, 'BT-113': paper.prepaid or None, 'BT-115': paper.due}
    return {term: _amount(value, paper.currency) for term, value in sums.items() if value is not None}


def _delivery(paper: InvoicePaper) -> dict[str, Any]:
    """When and where goods went (BG-13, BG-14); K must say both (BR-IC-11 and -12)."""
    first, last = paper.delivered_from or paper.delivered_to, paper.delivered_to or paper.delivered_from
    days = {'BT-72': first} if first == last else {'BT-73': first, 'BT-74': last}
    if first is None and any(tax.category == 'K' for tax in paper.taxes):
        days = {'BT-72': paper.issued_on}
    place = paper.ship_to
    return {**days, 'BG-13': _party(place, False) if place and place.country else None}


def _payment(paper: InvoicePaper) -> dict[str, Any]:
    """The account to pay to (BG-16, BG-17): 58 is a SEPA credit transfer, 30 another one (UNTDID 4461)."""
    bank = paper.bank
    if bank is None or not bank.iban or paper.is_credit:
        return {}
    return {'BT-81': '58' if paper.currency == 'EUR' else '30', 'BT-83': _text(bank.reference), 'BT-84': bank.iban,
            'BT-85': _text(bank.owner), 'BT-86': bank.bic}


def _seller(seller: Party, taxed: bool) -> dict[str, Any]:
    found = _party(seller, taxed)
    contact = {'name': seller.name, 'phone': seller.phone, 'email': seller.email}
    if seller.phone or seller.email:
        found['contacts'] = [{key: _text(value) for key, value in contact.items() if value}]
    if 'vat_identifier' not in found and 'legal_identifier' not in found:
        found['identifiers'] = {None: _text(seller.vat_id or seller.name)}
    return found


def _party(party: Party, taxed: bool) -> dict[str, Any]:
    """A party; where nothing is subject to VAT no VAT number may be named (BR-O-02)."""
    found = {'name': _text(party.name) or '-', 'addr_l1': party.street, 'postcode': party.postcode, 'city': party.city,
             'country_code': party.country, 'vat_identifier': _vat_id(party) if taxed else '',
             'legal_identifier': party.registration}
    if party.email:
        found |= {'einvoicing_addr': party.email, 'einvoicing_addr_schemeid': 'EM'}
    return {key: _text(value) for key, value in found.items() if value}


def _vat_id(party: Party) -> str:
    """A VAT number with the letters of its country (BR-CO-09; Greece writes EL)."""
    plain = re.sub(r'[^A-Za-z0-9+*]', '', party.vat_id).upper()
    letters = 'EL' if party.country == 'GR' else party.country
    return plain if not plain or plain[:2].isalpha() else letters + plain


def _extra(extra: Extra, code: str, usual: str, currency: str) -> dict[str, str]:
    return {'amount': _amount(extra.net, currency), 'reason': _text(extra.name) or usual, 'reason_code': code,
            'vat_category_code': extra.category, **({} if extra.category == 'O' else {'vat_rate': _number(extra.rate)})}


def _tax(tax: BilledTax, currency: str) -> dict[str, str]:
    found = {'BT-116': _amount(tax.taxable, currency), 'BT-117': _amount(tax.tax, currency), 'BT-118': tax.category,
             'BT-119': '' if tax.category == 'O' else _number(tax.rate), 'BT-120': _text(reason_of(tax)),
             'BT-121': EXEMPTIONS.get(tax.category, '')}
    return {term: value for term, value in found.items() if value}


def _line(place: int, line: BilledLine, currency: str) -> dict[str, Any]:
    found = {'BT-126': str(place), 'BT-129': _number(line.quantity), 'BT-130': unit_code(line.unit),
             'BT-131': _amount(line.net, currency), 'BT-146': _price(line.unit_price, currency),
             'BT-151': line.category, 'BT-152': '' if line.category == 'O' else _number(line.rate),
             'BT-153': _text(line.name) or _text(line.sku) or '-', 'BT-155': _text(line.sku),
             'BT-156': _text(line.own_number),
             'BT-127-00': [{'BT-127': text} for text in (_text(line.note),) if text]}
    return {term: value for term, value in found.items() if value}


def unit_code(unit: str) -> str:
    """The UN/ECE code of a unit of ours."""
    return UNITS.get(unit.strip().casefold(), 'C62')


def _amount(value: Decimal, currency: str) -> str:
    return f'{value:.{min(digits(currency), 2)}f}'


def _price(value: Decimal, currency: str) -> str:
    """A unit price with the places it has, at least those of its currency."""
    places = max(min(digits(currency), 2), -int(value.normalize().as_tuple().exponent), 0)
    return f'{value:.{places}f}'


def _number(value: Decimal) -> str:
    return format(value.normalize(), 'f')


def _text(value: str) -> str:
    """Text that XML can hold."""
    return _NOT_XML.sub('', value).strip()

