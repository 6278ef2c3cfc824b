"""A company as its own people see it, and what its Admin may change of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _l
from services.auth.proof import want_proof
from services.core.fields import Flag, Text
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.customers.reach import company_of, topics_of

P = Permission


class CompanyInput(BaseModel):
    """How to reach the company."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    phone: Annotated[str, Text(_l('Phone'), half=True, input='tel', autocomplete='tel'), Field(max_length=60)] = ''
    website: Annotated[str, Text(_l('Website'), half=True, input='url'), Field(max_length=200)] = ''


class TwoStepInput(BaseModel):
    """Whether the company's people have to sign in in two steps."""

    model_config = ConfigDict(extra='forbid')

    two_step_by_company: Annotated[bool, Flag(_l('Our people must sign in in two steps'), help=_l(
        'Those who have not set it up are signed out and do so when they sign in again.'))] = False


@dataclass(frozen=True)
class OwnCompany:
    """What a company sees of itself; the credit limit is None for those who may not see it, and where there is none."""

    name: str
    account: str
    vat_id: str
    phone: str
    website: str
    street: str
    postcode: str
    city: str
    country: str
    currency: str
    language: str
    payment_terms_days: int
    prepayment: bool
    po_required: bool
    credit_limit: Decimal | None
    two_step_by_seller: bool
    two_step_by_company: bool


class CompanyService(Service):
    """One's own company."""

    @requires(P.SIGNED_IN)
    def read(self) -> OwnCompany:
        """One's own company; raises NotFound for staff, who have none."""
        row = company_of(self.work)
        limit = row.credit_limit if self.actor.may(P.CREDIT_READ) else None
        return OwnCompany(row.name, row.account, row.vat_id, row.phone, row.website, row.street, row.postcode, row.city,
                          row.country, row.currency, row.language, row.payment_terms_days, row.prepayment,
                          row.po_required, limit, row.two_step_by_seller, row.two_step_by_company)

    @requires(P.COMPANY_MANAGE, writes=True)
    def save(self, given: CompanyInput) -> None:
        """Change how the company is reached."""
        row = company_of(self.work)
        values: dict[str, Any] = given.model_dump()
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if changed:
            changes = {name: [getattr(row, name), value] for name, value in changed.items()}
            self.work.change(row, **changed)
            self.work.record('customer.changed', row, number=row.account, customer_id=row.id, changes=changes,
                             topics=topics_of(row))

    @requires(P.COMPANY_MANAGE, writes=True)
    def demand_two_step(self, given: TwoStepInput) -> None:
        """Say whether one's people have to sign in in two steps; raises Unproven without a recent password."""
        row, wanted = company_of(self.work), given.two_step_by_company
        if row.two_step_by_company == wanted:
            return
        want_proof(self.work)
        self.work.change(row, two_step_by_company=wanted)
        self.work.record('two_step.demanded' if wanted else 'two_step.not_demanded', row, number=row.account,
                         customer_id=row.id, topics=topics_of(row))
