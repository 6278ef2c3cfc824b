"""Why a customer does not accept a part of an invoice, and where a dispute stands, in words."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from models.claims import DisputeState, PledgeKind, PledgeState
from models.core.words import Lazy, _l


class Reason(StrEnum):
    """Why a part of an invoice is not accepted."""

    QUANTITY = 'quantity'
    DAMAGED = 'damaged'
    MISSING = 'missing'
    ITEM = 'item'
    PRICE = 'price'
    TAX = 'tax'
    NOT_ORDERED = 'not_ordered'
    TWICE = 'twice'
    OTHER = 'other'


REASONS: Mapping[str, Lazy] = {
    Reason.QUANTITY: _l('Wrong quantity'), Reason.DAMAGED: _l('Goods were damaged'),
    Reason.MISSING: _l('Goods did not arrive'), Reason.ITEM: _l('Wrong goods'), Reason.PRICE: _l('Wrong price'),
    Reason.TAX: _l('Wrong VAT'), Reason.NOT_ORDERED: _l('Not ordered'), Reason.TWICE: _l('Invoiced twice'),
    Reason.OTHER: _l('Something else')}
STATES: Mapping[str, Lazy] = {
    DisputeState.OPEN: _l('In dispute'), DisputeState.CREDITED: _l('Credited'), DisputeState.UPHELD: _l('Upheld'),
    DisputeState.WITHDRAWN: _l('Withdrawn')}
TONES: Mapping[str, str] = {DisputeState.OPEN: 'warn', DisputeState.CREDITED: 'ok', DisputeState.UPHELD: 'mute',
                            DisputeState.WITHDRAWN: 'mute'}
PLEDGES: Mapping[str, Lazy] = {PledgeKind.PROMISE: _l('Promised to pay'),
                               PledgeKind.PAID_ALREADY: _l('Says it is paid')}
PLEDGE_STATES: Mapping[str, Lazy] = {PledgeState.OPEN: _l('Waiting'), PledgeState.KEPT: _l('Kept'),
                                     PledgeState.BROKEN: _l('Not kept')}
PLEDGE_TONES: Mapping[str, str] = {PledgeState.OPEN: 'info', PledgeState.KEPT: 'ok', PledgeState.BROKEN: 'bad'}
