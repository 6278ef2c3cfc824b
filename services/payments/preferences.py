"""How a company likes to pay: its usual way, and what happens to its credits."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from models.customers import CreditUse
from services.core.errors import Invalid
from services.core.fields import Choice
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.customers.reach import company_of, topics_of
from services.invoices.wording import CREDIT_USES
from services.payments.methods import offers


class PreferenceInput(BaseModel):
    """What a company chooses; no method means the first that is offered."""

    model_config = ConfigDict(extra='forbid')

    preferred_method: Annotated[str, Choice(_l('Usual way to pay')), Field(max_length=20)] = ''
    credit_use: Annotated[CreditUse, Choice(_l('Credits settle new invoices'), choices=lambda: CREDIT_USES)] = \
        CreditUse.ASK


class PreferenceService(Service):
    """One's own company's preferences."""

    @requires(Permission.PAYMENTS_MAKE)
    def read(self) -> tuple[PreferenceInput, dict[str, str]]:
        """What is chosen, and the ways to pay that can be chosen."""
        customer = company_of(self.work)
        choices = {'': _('No preference')} | {offer.method: offer.label for offer in offers(self.work)}
        method = customer.preferred_method if customer.preferred_method in choices else ''
        return PreferenceInput(preferred_method=method, credit_use=customer.credit_use), choices

    @requires(Permission.PAYMENTS_MAKE, writes=True)
    def save(self, given: PreferenceInput) -> None:
        """Choose; raises Invalid for a way to pay that is not open."""
        customer = company_of(self.work)
        if given.preferred_method and given.preferred_method not in {o.method for o in offers(self.work)}:
            raise Invalid(_('This way of paying is not open just now.'), field='preferred_method')
        changed = {name: value for name, value in given.model_dump().items() if getattr(customer, name) != value}
        if changed:
            changes = {name: [str(getattr(customer, name)), str(value)] for name, value in changed.items()}
            self.work.change(customer, **changed)
            self.work.record('customer.changed', customer, number=customer.account, customer_id=customer.id,
                             changes=changes, topics=topics_of(customer))
