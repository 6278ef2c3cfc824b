"""All recurring work in one table; each piece asks the database what is due, so running it twice does no harm."""

from __future__ import annotations

import datetime as dt

from models.core.words import _l
from services import checks
from services.access.asking import expire as forget_unconfirmed
from services.auth.sessions import purge
from services.backups.nightly import back_up_here
from services.calendar import zone_of
from services.catalogue.browsing import CatalogueService
from services.claims.pledging import judge_due
from services.core.actor import SYSTEM
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.files import sweep
from services.informing.digest import send_digests
from services.invitations import expire
from services.invoices.collecting import collect_monthly
from services.invoices.statement_mail import send_monthly
from services.invoices.vat_checking import ask_due
from services.jobs.cleaning import clean
from services.jobs.declaring import A_DAY, Outcome, Recurring
from services.mail.sending import send_due
from services.payments.reconciling import end_unpaid_orders, reconcile
from services.reminders.carts import remind_of_carts
from services.reminders.sending import run_reminders
from services.shipments.tracking import look_after

CHECK = 'check'
BACKUP = 'backup'
MOST_FINDINGS = 200


def warm(runtime: Runtime) -> None:
    """Take the catalogue into memory, so that the first customer of the day does not wait for it."""
    runtime.run(SYSTEM, CatalogueService.warm)


def check(runtime: Runtime) -> Outcome:
    """Look at every invariant and keep what was found."""
    found = checks.run(runtime)
    said = f'{len(found)} findings' if found else f'{len(checks.CHECKS)} checks hold'
    kept = [[finding.check, finding.message] for finding in found[:MOST_FINDINGS]]
    return Outcome(said, {'checks': list(checks.CHECKS), 'findings': kept}, wrong=len(found))


def back_up(runtime: Runtime) -> Outcome:
    """Write a backup, named after the seller's time, and keep what verifying it found."""
    made = back_up_here(runtime, runtime.now().astimezone(zone_of(runtime)))
    return Outcome(f'{made["file"]}, {made["size"] // 1024:,} kB', made, wrong=len(made['findings']))


SCHEDULE: tuple[Recurring, ...] = (
    Recurring('send outbox', dt.timedelta(seconds=30), send_due, title=_l('Send mails'),
              rests=True),
    Recurring('expire invitations', dt.timedelta(minutes=1), expire, title=_l('Let invitations expire')),
    Recurring('expire access requests', dt.timedelta(minutes=10), forget_unconfirmed,
              title=_l('Forget access requests nobody confirmed')),
    Recurring('ask about payments', dt.timedelta(minutes=1), reconcile, title=_l('Ask gateways about payments')),
    Recurring('end unpaid orders', dt.timedelta(minutes=10), end_unpaid_orders,
              title=_l('End orders that were never paid'), rests=True),
    Recurring('monthly invoices', dt.timedelta(hours=1), collect_monthly, title=_l('Invoice the past month'),
              rests=True),
    Recurring('check VAT numbers', dt.timedelta(minutes=5), ask_due, title=_l('Check VAT numbers')),
    Recurring('send statements', dt.timedelta(hours=1), send_monthly, title=_l('Send statements of the past month'),
              rests=True),
    Recurring('reminders', A_DAY, run_reminders, title=_l('Payment reminders'), at='reminders.at',
              is_on='reminders.on', rests=True),
    Recurring('left carts', A_DAY, remind_of_carts, title=_l('Remind of carts that were left'), at='reminders.at',
              rests=True),
    Recurring('judge promises', dt.timedelta(minutes=10), judge_due, title=_l('Look whether promises were kept')),
    Recurring('summaries', A_DAY, send_digests, title=_l('Summaries by mail'), at='news.digest_at', rests=True),
    Recurring('look after parcels', dt.timedelta(minutes=5), look_after, title=_l('Look after parcels')),
    Recurring('purge sessions', dt.timedelta(hours=1), purge, title=_l('Forget old sessions and links')),
    Recurring('sweep files', dt.timedelta(hours=6), sweep, title=_l('Remove files nobody knows')),
    Recurring('clean', A_DAY, clean, title=_l('Clean up'), at='02:15', catches_up=False),
    Recurring(BACKUP, A_DAY, back_up, title=_l('Backup'), at='backup.at', is_on='backup.nightly', catches_up=False,
              needs=Permission.BACKUPS_TAKE),
    Recurring(CHECK, A_DAY, check, title=_l('Check all data'), at='check.at', catches_up=False),
    Recurring('warm catalogue', dt.timedelta(days=1), warm, title=_l('Take the catalogue into memory'),
              everywhere=True),
)
