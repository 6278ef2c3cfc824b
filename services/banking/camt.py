"""CAMT.053, the ISO 20022 bank statement, in versions 02 and later; by lxml with entities, DTD and network off.

Small libraries for it were looked at: they leave out the creditor reference (ISO 11649), which payments are known by.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from models.core.types import LARGEST
from models.core.words import _
from services.banking.entries import Read, Statement, account_of, joined, tidy
from services.core.errors import Invalid

MOST_ENTRIES = 50_000
NAMESPACE = re.compile(r'urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d\d')
NOT_GIVEN = {'NOTPROVIDED', 'NOTAVAILABLE', 'NONREF', 'NONE'}
_FOUR = Decimal('0.0001')
_DECLARED = tuple(word.encode(code) for word in ('<!DOCTYPE', '<!ENTITY')
                  for code in ('ascii', 'utf-16-le', 'utf-16-be'))


def read(data: bytes) -> Statement:
    """The booked entries of a CAMT.053 file; raises Invalid with a sentence for anything else."""
    root = _parsed(data)
    name = etree.QName(root)
    if name.localname != 'Document' or not NAMESPACE.fullmatch(name.namespace or ''):
        raise Invalid(_('This XML file is not a bank statement in the form CAMT.053.'), field='file')
    statements = root.findall('{*}BkToCstmrStmt/{*}Stmt')
    accounts = {_account(statement.find('{*}Acct')) for statement in statements}
    if len(accounts) != 1:
        raise Invalid(_('This file holds statements of several accounts, or of none. Please upload one per account.'),
                      field='file')
    entries = tuple(entry for statement in statements for found in statement.findall('{*}Ntry')
                    for entry in _entries(found))
    if len(entries) > MOST_ENTRIES:
        raise Invalid(_('This file has more than {count} entries.').format(count=MOST_ENTRIES), field='file')
    return Statement(accounts.pop(), entries)


def _parsed(data: bytes) -> Any:
    if any(word in data for word in _DECLARED):
        raise Invalid(_('This XML file declares entities, which no bank does. It is not read.'), field='file')
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
                             huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Invalid(_('This XML file is broken and cannot be read.'), field='file') from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Invalid(_('This XML file declares entities, which no bank does. It is not read.'), field='file')
    return root


def _entries(entry: Any) -> Iterator[Read]:
    """A booked entry; one that collects several payments gives each of them, when their amounts add up to it."""
    status = _text(entry, '{*}Sts/{*}Cd') or _text(entry, '{*}Sts')
    if status not in ('BOOK', ''):
        return
    parts = entry.findall('{*}NtryDtls/{*}TxDtls')
    whole = _one(entry, parts[0] if len(parts) == 1 else None)
    if len(parts) > 1:
        each = [_one(entry, part) for part in parts]
        if sum(one.amount for one in each) == whole.amount and all(_has_amount(part) for part in parts):
            yield from each
            return
    yield whole if len(parts) < 2 else _with_words(whole, parts)


def _with_words(whole: Read, parts: list[Any]) -> Read:
    """An entry whose payments do not say their amounts: what all of them say stands together."""
    words = joined([whole.words, *(_words(part) for part in parts)])
    return Read(whole.booked_on, whole.amount, whole.currency, '', '', words, whole.references, whole.returned)


def _one(entry: Any, part: Any) -> Read:
    given = entry.find('{*}Amt')
    sign = -1 if _text(entry, '{*}CdtDbtInd') == 'DBIT' else 1
    if part is not None and _has_amount(part):
        given = _amount_of(part)
        sign = {'DBIT': -1, 'CRDT': 1}.get(_text(part, '{*}CdtDbtInd'), sign)
    if given is None:
        raise Invalid(_('An entry of this file has no amount.'), field='file')
    own = [_text(part, f'{{*}}Refs/{{*}}{name}') for name in ('AcctSvcrRef', 'TxId', 'EndToEndId')] \
        if part is not None else []
    references = tuple('' if one in NOT_GIVEN else one for one in (_text(entry, '{*}AcctSvcrRef'), *own))
    side = 'Cdtr' if sign < 0 else 'Dbtr'
    return Read(
        booked_on=_day(entry), amount=sign * _decimal(given.text), currency=str(given.get('Ccy') or 'EUR')[:3],
        payer=_party(part, side), payer_account=_account(_find(part, f'{{*}}RltdPties/{{*}}{side}Acct')),
        words=joined([*(_words(part) if part is not None else '').split('\n'), _text(entry, '{*}AddtlNtryInf')]),
        references=references if any(references) and _is_unique(references) else (),
        returned=_text(entry, '{*}RvslInd') in ('true', '1'))


def _is_unique(references: tuple[str, ...]) -> bool:
    """Whether the bank itself named the entry; a payer's own reference may come again."""
    return bool(references[0] or (len(references) > 1 and references[1]))


def _has_amount(part: Any) -> bool:
    return _amount_of(part) is not None


def _amount_of(part: Any) -> Any:
    found = part.find('{*}Amt')
    return found if found is not None else part.find('{*}AmtDtls/{*}TxAmt/{*}Amt')


def _words(part: Any) -> str:
    """What the payer wrote: the creditor reference first, then documents named, then free text."""
    paths = ('{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref', '{*}RmtInf/{*}Strd/{*}RfrdDocInf/{*}Nb', '{*}RmtInf/{*}Ustrd',
             '{*}RmtInf/{*}Strd/{*}AddtlRmtInf', '{*}AddtlTxInf')
    told = [found.text or '' for path in paths for found in part.findall(path)]
    end_to_end = _text(part, '{*}Refs/{*}EndToEndId')
    return '\n'.join([*told, '' if end_to_end in NOT_GIVEN else end_to_end])


def _party(part: Any, side: str) -> str:
    for who in (side, f'Ultmt{side}'):
        for path in (f'{{*}}RltdPties/{{*}}{who}/{{*}}Pty/{{*}}Nm', f'{{*}}RltdPties/{{*}}{who}/{{*}}Nm'):
            found = _find(part, path)
            if found is not None and found.text:
                return tidy(found.text, 200)
    return ''


def _account(place: Any) -> str:
    if place is None:
        return ''
    return account_of(_text(place, '{*}Id/{*}IBAN') or _text(place, '{*}Id/{*}Othr/{*}Id'))


def _find(part: Any, path: str) -> Any:
    return None if part is None else part.find(path)


def _text(place: Any, path: str) -> str:
    found = _find(place, path)
    return '' if found is None else tidy(found.text, 200)


def _day(entry: Any) -> dt.date:
    for name in ('BookgDt', 'ValDt'):
        for kind in ('Dt', 'DtTm'):
            given = _text(entry, f'{{*}}{name}/{{*}}{kind}')[:10]
            if given:
                return a_day(given)
    raise Invalid(_('An entry of this file has no date.'), field='file')


def a_day(given: str) -> dt.date:
    """An ISO date of our time; raises Invalid."""
    try:
        day = dt.date.fromisoformat(given)
    except ValueError:
        day = dt.date.min
    if not 2000 <= day.year <= 2200:
        raise Invalid(_('“{cell}” is not a date.').format(cell=given[:40]), field='file')
    return day


def _decimal(given: str | None) -> Decimal:
    try:
        amount = Decimal((given or '').strip())
        if not amount.is_finite() or abs(amount) > LARGEST or amount < 0 or amount != amount.quantize(_FOUR):
            raise InvalidOperation
    except InvalidOperation:
        raise Invalid(_('“{cell}” is not an amount.').format(cell=(given or '')[:40]), field='file') from None
    return amount
