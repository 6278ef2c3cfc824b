"""What the office may say about a customer, field by field, and a company about its addresses."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _l
from models.customers import AddressKind, CreditPolicy
from models.orders import Delivery
from services.core.fields import Choice, Flag, LongText, Money, Number, Text
from services.customers.countries import countries, currencies, languages
from services.orders.wording import DELIVERIES

CREDIT_POLICIES = {CreditPolicy.WARN.value: _l('Warn and let it pass'), CreditPolicy.HOLD.value: _l('Hold the order'),
                   CreditPolicy.BLOCK.value: _l('Refuse the order'),
                   CreditPolicy.ALLOW.value: _l('Allow up to a tolerance, hold above it')}
ADDRESS_KINDS = {AddressKind.SHIPPING.value: _l('Shipping'), AddressKind.BILLING.value: _l('Billing')}
_STRICT = ConfigDict(extra='forbid', str_strip_whitespace=True)
_COUNTRY = r'^[A-Z]{2}$'


class CustomerInput(BaseModel):
    """The details of a customer; an empty account number asks for the next free one."""

    model_config = _STRICT

    name: Annotated[str, Text(_l('Company name'), part=_l('Company')), Field(min_length=1, max_length=200)]
    account: Annotated[str, Text(_l('Account number'), half=True, help=_l('Leave empty for the next free number.')),
                       Field(max_length=40, pattern=r'^[A-Za-z0-9._-]*$')] = ''
    vat_id: Annotated[str, Text(_l('VAT number'), half=True), Field(max_length=40)] = ''
    phone: Annotated[str, Text(_l('Phone'), half=True, input='tel'), Field(max_length=60)] = ''
    website: Annotated[str, Text(_l('Website'), half=True, input='url'), Field(max_length=200)] = ''
    street: Annotated[str, Text(_l('Street'), part=_l('Address')), Field(max_length=200)] = ''
    postcode: Annotated[str, Text(_l('Postcode'), half=True), Field(max_length=20)] = ''
    city: Annotated[str, Text(_l('City'), half=True), Field(max_length=100)] = ''
    country: Annotated[str, Choice(_l('Country'), choices=countries), Field(pattern=_COUNTRY)]
    currency: Annotated[str, Choice(_l('Currency'), half=True, choices=currencies, part=_l('Terms')),
                        Field(pattern=r'^[A-Z]{3}$')] = 'EUR'
    language: Annotated[str, Choice(_l('Language'), half=True, choices=languages), Field(pattern=r'^[a-z]{2}$')] = 'en'
    payment_terms_days: Annotated[int, Number(_l('Payment terms'), half=True, unit=_l('days')),
                                  Field(ge=0, le=365)] = 30
    credit_limit: Annotated[Decimal | None, Money(_l('Credit limit'), half=True, help=_l('Empty means no limit.')),
                            Field(ge=0, max_digits=14, decimal_places=2)] = None
    credit_policy: Annotated[CreditPolicy, Choice(_l('Above the credit limit'), choices=lambda: CREDIT_POLICIES)] = \
        CreditPolicy.WARN
    credit_tolerance: Annotated[Decimal, Number(_l('Credit tolerance'), half=True, unit='%'),
                                Field(ge=0, le=100, max_digits=7, decimal_places=4)] = Decimal(0)
    overdue_hold_days: Annotated[int | None, Number(
        _l('Hold orders when overdue for more than'), half=True, unit=_l('days'),
        help=_l('Empty: overdue invoices stop no order.')), Field(ge=0, le=365)] = None
    prepayment: Annotated[bool, Flag(_l('Pays before delivery'))] = False
    delivery: Annotated[Delivery, Choice(_l('When not everything is there'), choices=lambda: DELIVERIES)] = \
        Delivery.AVAILABLE
    po_required: Annotated[bool, Flag(_l('Needs a PO number on every order'))] = False
    notes: Annotated[str, LongText(_l('Notes'), help=_l('Only the office sees them.')), Field(max_length=5000)] = ''


class PortalInput(BaseModel):
    """Whether a customer uses the portal, and the e-mail the first invitation goes to."""

    model_config = _STRICT

    is_portal_user: Annotated[bool, Flag(_l('Is portal user'))] = False
    portal_email: Annotated[str, Text(_l('Portal account e-mail'), input='email'), Field(max_length=254)] = ''
    two_step_by_seller: Annotated[bool, Flag(_l('Its people must sign in in two steps'), help=_l(
        'Those who have not set it up are signed out and do so when they sign in again.'))] = False


class ReasonInput(BaseModel):
    """Why a customer is held or blocked."""

    model_config = _STRICT

    reason: Annotated[str, Text(_l('Reason'), help=_l('The customer reads it.')), Field(min_length=1, max_length=300)]


class AddressInput(BaseModel):
    """An address of a company."""

    model_config = _STRICT

    kind: Annotated[AddressKind, Choice(_l('For'), choices=lambda: ADDRESS_KINDS)] = AddressKind.SHIPPING
    name: Annotated[str, Text(_l('Name'), autocomplete='organization'), Field(min_length=1, max_length=200)]
    street: Annotated[str, Text(_l('Street'), autocomplete='street-address'), Field(min_length=1, max_length=200)]
    postcode: Annotated[str, Text(_l('Postcode'), half=True, autocomplete='postal-code'), Field(max_length=20)] = ''
    city: Annotated[str, Text(_l('City'), half=True, autocomplete='address-level2'),
                    Field(min_length=1, max_length=100)]
    country: Annotated[str, Choice(_l('Country'), choices=countries), Field(pattern=_COUNTRY)]
    is_default: Annotated[bool, Flag(_l('Use this address by default'))] = False
