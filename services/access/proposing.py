"""Which customers a request may belong to: by number, VAT number, domain of the e-mail, or name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlmodel import col, select

from models.access import AccessRequest
from models.core.words import Lazy, _l
from models.customers import Customer
from models.users import Membership, User
from services.core.parts import Indexed
from services.core.work import Work

MOST, EACH = 5, 20
ALIKE = 85
_MAIL_SERVICES = (
    'gmail googlemail outlook hotmail live msn yahoo ymail rocketmail icloud me mac aol gmx web t-online '
    'freenet arcor mail posteo mailbox yandex proton protonmail pm tutanota tuta fastmail hey zoho '
    'orange wanadoo free laposte sfr bbox neuf libero virgilio alice tiscali tin ziggo kpnmail planet '
    'home hetnet xs4all telenet skynet proximus bluewin hispeed seznam centrum wp o2 onet interia op '
    'qq 163 126 sina naver hanmail daum rediffmail bigpond btinternet sky comcast verizon att cox '
    'emirates etisalat mail2world inbox bk list rambler')
FREE = frozenset(_MAIL_SERVICES.split())
"""Names of mail services anybody may have an address at: such a domain says nothing about the company."""
_SUFFIXES = frozenset(('co', 'com', 'net', 'org', 'ac', 'gov'))
_LEGAL = (
    'ltd limited gmbh ag kg ohg bv nv sa sas sarl srl spa sl slu inc llc plc oy ab as aps sp zoo z o '
    'the and und et de la le company co group')
_FORMS = frozenset(_LEGAL.split())
WHY: dict[str, Lazy] = {'account': _l('Customer number'), 'vat': _l('VAT number'), 'domain': _l('Domain of the e-mail'),
                        'name': _l('Similar name')}


@dataclass(frozen=True)
class Proposal:
    """A customer, why it may be this one, and whether people of his have access already."""

    account: str
    name: str
    city: str
    why: tuple[str, ...]
    users: int


def proposals(work: Work, request: AccessRequest) -> tuple[Proposal, ...]:
    """The customers that fit, the surest first."""
    found: dict[str, tuple[Customer, list[str]]] = {}
    for why, rows in (('account', _by_account(work, request)), ('vat', _by_vat(work, request)),
                      ('domain', _by_domain(work, request)), ('name', _by_name(work, request))):
        for customer in rows:
            found.setdefault(customer.account, (customer, []))[1].append(why)
    order = list(WHY)
    ranked = sorted(found.values(), key=lambda one: ([order.index(why) for why in one[1]], -len(one[1])))[:MOST]
    users = _users(work, [customer.id for customer, _why in ranked])
    return tuple(Proposal(customer.account, customer.name, customer.city, tuple(why), users.get(customer.id, 0))
                 for customer, why in ranked)


def company_domain(email: str) -> str:
    """The domain of an e-mail where it names a company; nothing for addresses of mail services."""
    domain = email.rpartition('@')[2].lower()
    labels = domain.split('.')
    name = labels[-3] if len(labels) > 2 and labels[-2] in _SUFFIXES else labels[-2] if len(labels) > 1 else ''
    return '' if not name or name in FREE else domain


def _by_account(work: Work, request: AccessRequest) -> Iterable[Customer]:
    if not request.account:
        return []
    return work.session.exec(select(Customer).where(sa.func.upper(Customer.account) == request.account.upper()))


def _by_vat(work: Work, request: AccessRequest) -> Iterable[Customer]:
    if not request.vat_id:
        return []
    plain: Any = sa.func.replace(sa.func.replace(sa.func.upper(Customer.vat_id), ' ', ''), '.', '')
    wanted = re.sub(r'[^A-Z0-9]', '', request.vat_id.upper())
    return work.session.exec(select(Customer).where(plain == wanted).limit(EACH))


def _by_domain(work: Work, request: AccessRequest) -> list[Customer]:
    domain = company_domain(request.email)
    if not domain:
        return []
    end = f'%@{domain}'
    members = sa.select(col(Membership.customer_id)).join(User, col(User.id) == Membership.user_id).where(
        col(User.email).like(end))
    written = [col(column).like(end) for column in (
        Customer.portal_email, Customer.invoice_email, Customer.statement_email)]
    sites = [col(Customer.website).like(pattern) for pattern in (
        domain, f'www.{domain}', f'%//{domain}', f'%//{domain}/%', f'%//www.{domain}', f'%//www.{domain}/%')]
    return list(work.session.exec(select(Customer).where(sa.or_(
        col(Customer.id).in_(members), *written, *sites)).order_by(col(Customer.account)).limit(EACH)))


def _by_name(work: Work, request: AccessRequest) -> list[Customer]:
    words = [word for word in _plain(request.company).split() if len(word) > 2]
    if not words:
        return []
    longest = sorted(words, key=len, reverse=True)[:2]
    rows = work.session.exec(select(Customer).where(
        sa.or_(*(Indexed(Customer).holds(word) for word in longest))).limit(200)).all()
    wanted = _plain(request.company)
    scored = [(fuzz.token_sort_ratio(wanted, _plain(row.name)), row) for row in rows]
    return [row for score, row in sorted(scored, key=lambda one: (-one[0], one[1].account)) if score >= ALIKE][:EACH]


def _plain(name: str) -> str:
    """A company's name without its legal form and signs."""
    return ' '.join(word for word in re.sub(r'[\W_]+', ' ', name.casefold()).split() if word not in _FORMS)


def _users(work: Work, customer_ids: list[Any]) -> dict[Any, int]:
    rows = work.session.execute(sa.select(col(Membership.customer_id), sa.func.count()).where(
        col(Membership.customer_id).in_(customer_ids), col(Membership.active)).group_by(col(Membership.customer_id)))
    return {key: int(count) for key, count in rows}
