"""What the tabs of a customer's page share: the customer as last read, and who wants to know when he is read anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel

from models.core.words import _
from services.customers import CustomerService, CustomerView
from ui.kernel import design
from ui.kernel.forms import Form
from ui.kernel.view import View

Look = Callable[[], Awaitable[None] | None]


class Shown:
    """One customer as this page shows him."""

    def __init__(self, view: View, account: str, found: CustomerView) -> None:
        self.view = view
        self.account = account
        self.found = found
        self.forms: list[CustomerForm] = []
        self._followers: list[Look] = []

    def follow(self, look: Look) -> None:
        """Call this whenever the customer was read anew."""
        self._followers.append(look)

    async def changed(self) -> None:
        """Read the customer after an act of one's own: forms that are half filled go on from there."""
        await self._read()
        for form in self.forms:
            form.version = self.found.customer.version

    async def look_again(self) -> None:
        """Read the customer after news of somebody's act: forms that are half filled keep what they began with."""
        await self._read()

    async def _read(self) -> None:
        self.found = await self.view.do(CustomerService.read, self.account)
        for form in self.forms:
            form.refresh()
        for look in self._followers:
            result = look()
            if result is not None:
                await result


class CustomerForm:
    """A form over a part of the customer, drawn anew when somebody else changed him, unless it is half filled."""

    def __init__(self, shown: Shown, model: type[BaseModel], save: Callable[..., Any], *, said: str, may: bool) -> None:
        self.shown, self.model, self.save, self.said, self.may = shown, model, save, said, may
        self.version = shown.found.customer.version
        self.quiet = False
        self.place = design.box()
        self._draw()
        shown.forms.append(self)

    def values(self) -> Any:
        """What the fields show."""
        return self.shown.found.customer

    def refresh(self) -> None:
        """Show the customer as he is now."""
        if self.version != self.shown.found.customer.version and not self.form.is_dirty:
            self.version = self.shown.found.customer.version
            self._draw()

    def _draw(self) -> None:
        self.place.clear()
        with self.place:
            self.form = Form(self.shown.view, self.model, save=self._save, values=self.values(),
                             button=_('Save'), on_saved=self._saved, locked=not self.may,
                             currency=self.shown.found.customer.currency)

    async def _save(self, given: BaseModel) -> None:
        await self.shown.view.do(self.save, given, account=self.shown.account, version=self.version)
        self.version += 1

    async def _saved(self, _result: Any) -> None:
        if not self.quiet:
            self.shown.view.say(self.said)
        await self.shown.changed()
