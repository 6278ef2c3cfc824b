"""Addresses of a company: its Admin keeps them, and the office for everybody."""

from __future__ import annotations

import builtins
import uuid
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.types import new_id
from models.core.words import _
from models.customers import Address, AddressKind
from services.core.errors import Conflict, Invalid
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.customers.countries import countries
from services.customers.inputs import AddressInput
from services.customers.reach import company_of

P = Permission


class AddressService(Service):
    """Where goods and bills of a company go."""

    @requires(P.SIGNED_IN)
    def list(self, account: str = '', *, kind: AddressKind | None = None, retired: bool = False
             ) -> builtins.list[Address]:
        """The addresses of a company, default ones first; an empty account number means one's own company."""
        customer = company_of(self.work, account)
        statement = self.work.reach(Address).where(Address.customer_id == customer.id)
        if kind is not None:
            statement = statement.where(Address.kind == kind)
        if not retired:
            statement = statement.where(Address.active)
        return builtins.list(self.session.exec(statement.order_by(
            Address.kind, col(Address.active).desc(), col(Address.is_default).desc(), Address.name, Address.city)))

    @requires(P.ADDRESSES_WRITE, P.CUSTOMERS_WRITE, writes=True)
    def add(self, given: AddressInput, *, account: str = '') -> Address:
        """Add an address; the first one of its kind is the default."""
        customer = company_of(self.work, account)
        address = Address(id=new_id(), customer_id=customer.id, **_checked(given))
        address.is_default = False
        is_first = not self.list(account, kind=given.kind)
        self.session.add(address)
        self.session.flush()
        self._record('address.added', address)
        if given.is_default or is_first:
            self._make_default(address)
        return address

    @requires(P.ADDRESSES_WRITE, P.CUSTOMERS_WRITE, writes=True)
    def change(self, given: AddressInput, *, address_id: uuid.UUID, version: int | None = None) -> None:
        """Change an address; orders keep the one they were placed with. Raises Conflict when it changed meanwhile."""
        address = self._one(address_id)
        if version is not None and version != address.version:
            raise Conflict(_('This was changed by someone else meanwhile. Please look again.'))
        values = _checked(given)
        wants_default = values.pop('is_default')
        if values['kind'] is not address.kind:
            raise Invalid(_('Add a new address for another purpose.'), field='kind')
        changed = {name: value for name, value in values.items() if getattr(address, name) != value}
        if changed:
            changes = {name: [getattr(address, name), value] for name, value in changed.items()}
            self.work.change(address, **changed)
            self._record('address.changed', address, changes)
        if wants_default and not address.is_default:
            self._make_default(address)

    @requires(P.ADDRESSES_WRITE, P.CUSTOMERS_WRITE, writes=True)
    def make_default(self, address_id: uuid.UUID) -> None:
        """Make an address the one of its kind that is taken when nobody chooses."""
        address = self._one(address_id)
        if not address.is_default:
            self._make_default(address)
            self._record('address.made_default', address)

    @requires(P.ADDRESSES_WRITE, P.CUSTOMERS_WRITE, writes=True)
    def retire(self, address_id: uuid.UUID) -> None:
        """Use an address no more; it stays on old documents, and another one of its kind becomes the default."""
        address = self._one(address_id)
        was_default = address.is_default
        self.work.change(address, expect={'active': True}, active=False, is_default=False)
        self._record('address.retired', address)
        if was_default:
            following = self.session.exec(self.work.reach(Address).where(
                Address.customer_id == address.customer_id, Address.kind == address.kind, Address.active)
                .order_by(col(Address.id))).first()
            if following is not None:
                self._make_default(following)

    def _one(self, address_id: uuid.UUID) -> Address:
        return self.work.one(Address, Address.id == address_id, Address.active)

    def _make_default(self, address: Address) -> None:
        self.session.flush()
        self.session.execute(
            sa.update(Address).where(col(Address.customer_id) == address.customer_id, col(Address.id) != address.id,
                                     col(Address.kind) == address.kind, col(Address.is_default))
            .values(is_default=False, version=Address.version + 1).execution_options(synchronize_session=False))
        self.work.change(address, is_default=True)

    def _record(self, action: str, address: Address, changes: dict[str, Any] | None = None) -> None:
        self.work.record(action, address, note=f'{address.street}, {address.city}', changes=changes or {},
                         topics=(f'company:{address.customer_id}',))


def _checked(given: AddressInput) -> dict[str, Any]:
    if given.country not in countries():
        raise Invalid(_('There is no such choice.'), field='country')
    return given.model_dump()
