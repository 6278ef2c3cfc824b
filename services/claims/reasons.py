"""Why a customer does not accept a part of an invoice, and where a dispute stands, in words."""

from __future__ import annotations

from collections.abc import Mapping

from models.claims import DisputeState, PledgeKind, PledgeState
from models.core.words import Lazy, _l

REASONS: Mapping[str, Lazy] = {
    'quantity': _l('Wrong quantity'), 'damaged': _l('Goods were damaged'), 'missing': _l('Goods did not arrive'),
    'item': _l('Wrong goods'), 'price': _l('Wrong price'), 'tax': _l('Wrong VAT'), 'not_ordered': _l('Not ordered'),
    'twice': _l('Invoiced twice'), 'other': _l('Something else'),
}
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
