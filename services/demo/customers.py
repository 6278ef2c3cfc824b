"""The demo customers with their addresses, people, price lists and own part numbers, and the seller's staff."""

from __future__ import annotations

import datetime as dt

from models.catalogue import PartNumber
from models.core.types import new_id
from models.customers import Address, AddressKind, Customer
from models.users import Membership, Role, User
from services.auth import passwords
from services.demo.sources import Row, maybe, rows
from services.demo.stage import Stage
from services.pad.matching import folded

PASSWORD = 'demo-portico'


def add_customers(stage: Stage) -> None:
    """The companies and where they are."""
    made = rows('customers')
    stage.customers = {row['account']: _customer(stage, row) for row in made}
    stage.keep(*stage.customers.values())
    for row in made:
        stage.keep(*_addresses(stage, row))


def add_people(stage: Stage) -> None:
    """Everybody with the one demo password, too plain for any other database."""
    password_hash = passwords.hashed(PASSWORD)
    joined = stage.now - dt.timedelta(days=400)
    for row in rows('users'):
        user = User(id=new_id(), email=row['email'], name=row['name'], language=row['language'], created_at=joined,
                    password_hash=password_hash, terms_version='1', terms_accepted_at=joined)
        company = stage.customers.get(row['account'])
        stage.keep(user)
        stage.keep(Membership(user_id=user.id, customer_id=company.id if company else None, role=Role(row['role']),
                              created_at=joined))
        stage.people[user.email] = user
        stage.members.setdefault(row['account'], []).append((user, Role(row['role'])))


def add_terms(stage: Stage) -> None:
    """What was agreed with each company: its price list and its own part numbers."""
    for row in rows('customers'):
        if row['price_list']:
            stage.customers[row['account']].price_list_id = stage.lists[row['price_list']].id
    for row in rows('customer_part_numbers'):
        stage.own_numbers.setdefault(row['account'], {})[row['sku']] = row['part_number']
        stage.work.session.add(PartNumber(
            customer_id=stage.customers[row['account']].id, part_number=row['part_number'],
            folded=folded(row['part_number']), item_id=stage.items[row['sku']].id))
    stage.work.session.flush()


def _customer(stage: Stage, row: Row) -> Customer:
    limit = maybe(row['credit_limit'])
    return Customer(
        id=new_id(), account=row['account'], name=row['name'], vat_id=row['vat_id'], street=row['street'],
        postcode=row['postcode'], city=row['city'], country=row['country'], currency=row['currency'],
        language=row['language'], credit_limit=limit, prepayment=limit == 0, po_required=row['po_required'] == '1',
        payment_terms_days=int(row['payment_terms_days']), is_portal_user=bool(row['portal_email']),
        portal_email=row['portal_email'], created_at=stage.now - dt.timedelta(days=stage.chance.randint(500, 2000)))


def _addresses(stage: Stage, row: Row) -> list[Address]:
    """Bills go to the company's seat; goods go to its yard, if it has one, or to the seat."""
    company = stage.customers[row['account']]
    seat = row['street'], row['postcode'], row['city']
    yard = row['delivery_street'], row['delivery_postcode'], row['delivery_city']
    places = [(AddressKind.BILLING, seat, True), (AddressKind.SHIPPING, seat, not row['delivery_street'])]
    if row['delivery_street']:
        places.append((AddressKind.SHIPPING, yard, True))
    found = [Address(id=new_id(), customer_id=company.id, kind=kind, name=company.name, street=street,
                     postcode=postcode, city=city, country=row['country'], is_default=is_default)
             for kind, (street, postcode, city), is_default in places]
    stage.addresses[company.account] = found[-1]
    return found
