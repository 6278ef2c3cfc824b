"""The list of all payments."""

from __future__ import annotations

from models.core.words import _
from services.core.permissions import Permission
from services.payments.listing import DESK
from services.payments.reading import PaymentReading
from ui.kernel import design
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.office.payments.declared import module

RECORD = '/office/payments/record'


@module.view('/office/payments')
async def index(view: View) -> None:
    """All payments, the newest first."""
    may = view.actor.may(Permission.PAYMENTS_WRITE)
    with design.head(view):
        if may:
            design.button(_('Record payment'), href=RECORD, icon='plus', main=True)
    Table(view, DESK, load=PaymentReading.desk, row_path='/office/payments/{number}', topic='office:payments',
          card=('number', 'customer', 'status', 'charged'),
          context=[Act(_('Open'), 'external-link', path='/office/payments/{number}', kbd='Enter'),
                   Act(_('Customer'), 'users', path='/office/customers/{account}'),
                   Act(_('Download receipt'), 'download', path='/download/payments/{number}.pdf',
                       when=lambda row: bool(row['received_on']))],
          empty=Empty('wallet', _('No payments yet'), _('Money that comes in stands here, however it came.'),
                      _('Record payment') if may else '', RECORD if may else ''))
