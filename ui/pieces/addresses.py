"""The addresses of a company as a list: add, change, make default, retire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from models.core.words import _
from models.customers import Address, AddressKind
from services.core.fields import Hidden
from services.customers import AddressService
from services.customers.countries import country_name
from services.customers.inputs import ADDRESS_KINDS, AddressInput
from services.customers.own import CompanyService
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.forms import ask, confirm
from ui.kernel.tables import Act
from ui.pieces.rows import Row, Rows

if TYPE_CHECKING:
    from ui.kernel.view import View


class ChangedAddress(AddressInput):
    """An address there is already: what it is for never changes."""

    kind: Annotated[AddressKind, Hidden()] = AddressKind.SHIPPING


class DeliveryAddress(AddressInput):
    """A new address that goods go to."""

    kind: Annotated[AddressKind, Hidden()] = AddressKind.SHIPPING


async def add_delivery_address(view: View) -> Address | None:
    """Ask for an address of one's own company that goods can go to; None when the person thought better of it."""
    own = await view.do(CompanyService.read)
    added: Address | None = await ask(
        view, DeliveryAddress, _('Add address'), _('Add address'), save=AddressService.add,
        values={'name': own.name, 'street': '', 'city': '', 'country': own.country})
    if added is not None:
        view.say(_('Address added.'))
    return added


class Addresses:
    """A card with all addresses in use; `account` is empty for one's own company."""

    def __init__(self, view: View, *, account: str = '', country: str = '', may: bool) -> None:
        self.view, self.account, self.country, self.may = view, account, country, may
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(_('Addresses'), tag='h2')
                if may:
                    design.button(_('Add address'), self._add, icon='plus', small=True)
            self._list = Rows(view, _('Addresses'), [(_('Name'), False), (_('Address'), False), (_('For'), False)])
            self._nothing = design.box()
            with self._nothing, design.empty('map-pin', _('No addresses yet'),
                                             _('Goods and bills need an address to go to.')):
                pass

    async def refresh(self) -> None:
        """Read the addresses anew."""
        self.show(await self.view.do(AddressService.list, self.account))

    def show(self, found: Sequence[Address]) -> None:
        """Show these addresses."""
        self._list.set_visibility(bool(found))
        self._nothing.set_visibility(not found)
        self._list.show([self._row(address) for address in found])

    def _row(self, address: Address) -> Row:
        place = ', '.join(part for part in (
            address.street, f'{address.postcode} {address.city}'.strip(), country_name(address.country)) if part)
        kind = str(ADDRESS_KINDS[address.kind])
        cells = [Cell('', strong=address.name), Cell(place),
                 Cell(kind, chip=(_('Default'), 'info') if address.is_default else None)]
        return Row(str(address.id), cells, self._acts(address) if self.may else ())

    def _acts(self, address: Address) -> list[Act]:
        return [Act(_('Edit'), 'pencil', run=lambda: self._edit(address)),
                Act(_('Make default'), 'check', run=lambda: self._default(address),
                    reason=_('It is the default already.') if address.is_default else ''),
                Act(_('Retire'), 'archive', run=lambda: self._retire(address), danger=True, rule=True)]

    async def _add(self) -> None:
        async def save(given: AddressInput) -> None:
            await self.view.do(AddressService.add, given, account=self.account)
        given = await ask(self.view, AddressInput, _('Add address'), _('Add address'), save=save,
                          values={'country': self.country, 'name': '', 'street': '', 'city': ''})
        if given is not None:
            self.view.say(_('Address added.'))
            await self.refresh()

    async def _edit(self, address: Address) -> None:
        async def save(given: ChangedAddress) -> None:
            await self.view.do(AddressService.change, AddressInput(**given.model_dump()), address_id=address.id,
                               version=address.version)
        if await ask(self.view, ChangedAddress, _('Edit address'), _('Save'), save=save, values=address) is not None:
            self.view.say(_('Address saved.'))
            await self.refresh()

    async def _default(self, address: Address) -> None:
        await self.view.do(AddressService.make_default, address.id)
        self.view.say(_('{street} is the default now.').format(street=address.street))
        await self.refresh()

    async def _retire(self, address: Address) -> None:
        if await confirm(self.view, _('Retire this address?'), _('Retire'), danger=True,
                         text=_('{street}, {city} stays on old documents and is offered no more.').format(
                             street=address.street, city=address.city)):
            await self.view.do(AddressService.retire, address.id)
            self.view.say(_('Address retired.'))
            await self.refresh()
