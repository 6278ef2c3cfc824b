"""How a customer is invoiced and how he pays: kept by the office, shown to his own Admin and Finance."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from models.customers import CreditUse, Customer
from models.invoices import InvoicingRule
from services.core import fields as f
from services.core.errors import Conflict, Invalid
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.customers.reach import company_of, topics_of
from services.invoices.wording import CREDIT_USES, RULES
from services.mail.addresses import checked

MOST_INSTALMENTS = 12
_PART = re.compile(r'([0-9]+(?:[.,][0-9]{1,2})?) ?%? ?/ ?([0-9]{1,3})')


class BillingInput(BaseModel):
    """What is agreed about invoices and payments; instalments are typed as `50/30, 50/60`: percent and days."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    invoicing: Annotated[InvoicingRule, f.Choice(_l('Invoices'), choices=lambda: RULES, part=_l('Invoices'))] = \
        InvoicingRule.ON_SHIPMENT
    invoice_email: Annotated[str, f.Text(_l('Invoice e-mail'), half=True, input='email',
                                         help=_l('Else they go to the people of Finance.')),
                             Field(max_length=254)] = ''
    buyer_reference: Annotated[str, f.Text(_l('Buyer reference'), half=True,
                                           help=_l('It stands on every invoice, e.g. a routing number.')),
                               Field(max_length=100)] = ''
    discount_percent: Annotated[Decimal, f.Number(_l('Early-payment discount'), half=True, unit='%',
                                                  part=_l('Terms')),
                                Field(ge=0, le=50, decimal_places=2)] = Decimal(0)
    discount_days: Annotated[int, f.Number(_l('when paid within'), half=True, unit=_l('days')),
                             Field(ge=0, le=365)] = 0
    instalments: Annotated[str, f.Text(_l('Instalments'), placeholder='50/30, 50/60',
                                       help=_l('Percent and days of each; empty means all at once.')),
                           Field(max_length=200)] = ''
    credit_use: Annotated[CreditUse, f.Choice(_l('Credits settle new invoices'), choices=lambda: CREDIT_USES,
                                              part=_l('Payments'))] = CreditUse.ASK
    part_payments: Annotated[bool, f.Flag(_l('May pay invoices in part'))] = True
    least_payment: Annotated[Decimal | None, f.Money(_l('Smallest part'), half=True),
                             Field(ge=0, max_digits=12, decimal_places=2)] = None
    overpayments: Annotated[bool, f.Flag(_l('May pay more than is open'))] = True
    reminders: Annotated[bool, f.Flag(_l('Is reminded of what is due'))] = True
    statement_email: Annotated[str, f.Text(_l('Monthly statement to'), input='email'), Field(max_length=254)] = ''
    exempt_reason: Annotated[str, f.Text(_l('Exempt from VAT because'), part=_l('VAT'),
                                         help=_l('It stands on the invoice; empty means not exempt.')),
                             Field(max_length=200)] = ''
    exempt_until: Annotated[dt.date | None, f.Date(_l('Exempt until'), half=True)] = None


class BillingService(Service):
    """The billing part of a customer."""

    @requires(Permission.CUSTOMERS_READ)
    def read(self, account: str) -> BillingInput:
        """What is agreed with a customer."""
        return agreed(company_of(self.work, account))

    @requires(Permission.CREDIT_READ)
    def own(self) -> BillingInput:
        """What is agreed with one's own company."""
        return agreed(company_of(self.work))

    @requires(Permission.CUSTOMERS_WRITE, Permission.INVOICES_WRITE, writes=True)
    def save(self, given: BillingInput, *, account: str, version: int | None = None) -> None:
        """Agree on something else; raises Invalid for instalments that do not make 100 %, Conflict when it changed."""
        customer = company_of(self.work, account)
        if version is not None and version != customer.version:
            raise Conflict(_('This was changed by someone else meanwhile. Please look again.'))
        values: dict[str, Any] = given.model_dump() | {'instalments': parts_of(given.instalments)}
        for name in ('invoice_email', 'statement_email'):
            values[name] = checked(values[name], field=name) if values[name] else ''
        if bool(given.discount_percent) != bool(given.discount_days):
            raise Invalid(_('A discount needs both: percent and days.'), field='discount_days')
        changed = {name: value for name, value in values.items() if getattr(customer, name) != value}
        if not changed:
            return
        changes = {name: [_plain(getattr(customer, name)), _plain(value)] for name, value in changed.items()}
        self.work.change(customer, **changed)
        self.work.record('customer.billing_changed', customer, number=customer.account, customer_id=customer.id,
                         changes=changes, topics=topics_of(customer))


def agreed(customer: Customer) -> BillingInput:
    """What is agreed with a customer, as it is typed."""
    names = set(BillingInput.model_fields) - {'instalments'}
    return BillingInput(**{name: getattr(customer, name) for name in names},
                        instalments=', '.join(f'{part["percent"]}/{part["days"]}' for part in customer.instalments))


def parts_of(typed: str) -> list[dict[str, str]]:
    """Instalments as [{'percent', 'days'}]; raises Invalid unless they make 100 % on rising days."""
    if not typed.strip():
        return []
    found = [_PART.fullmatch(part.strip()) for part in typed.replace(';', ',').split(', ')]
    try:
        parts = [(Decimal(one[1].replace(',', '.')), int(one[2])) for one in found if one]
    except InvalidOperation:
        parts = []
    days = [day for _percent, day in parts]
    if len(parts) != len(found) or len(parts) > MOST_INSTALMENTS or sum(percent for percent, _day in parts) != 100 \
            or days != sorted(set(days)) or any(percent <= 0 for percent, _day in parts):
        raise Invalid(_('Please write instalments as 50/30, 50/60: percent and days, 100 percent in all.'),
                      field='instalments')
    return [{'percent': str(percent), 'days': str(day)} for percent, day in parts]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | dt.date) else value
