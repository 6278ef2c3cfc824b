"""All recurring work in one table; each piece asks the database what is due, so running it twice does no harm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from services.auth.sessions import purge
from services.catalogue.browsing import CatalogueService
from services.claims.pledging import judge_due
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.files import sweep
from services.invitations import expire
from services.invoices.collecting import collect_monthly
from services.invoices.statement_mail import send_monthly
from services.invoices.vat_checking import ask_due
from services.mail.sending import send_due
from services.payments.reconciling import end_unpaid_orders, reconcile
from services.shipments.tracking import look_after


@dataclass(frozen=True)
class Recurring:
    """One piece of work and the least time between two runs of it in one process."""

    name: str
    every: dt.timedelta
    act: Callable[[Runtime], object]


def warm(runtime: Runtime) -> None:
    """Take the catalogue into memory, so that the first customer of the day does not wait for it."""
    runtime.run(SYSTEM, CatalogueService.warm)


SCHEDULE: tuple[Recurring, ...] = (
    Recurring('send outbox', dt.timedelta(seconds=30), send_due),
    Recurring('ask about payments', dt.timedelta(minutes=1), reconcile),
    Recurring('end unpaid orders', dt.timedelta(minutes=10), end_unpaid_orders),
    Recurring('expire invitations', dt.timedelta(minutes=1), expire),
    Recurring('judge promises', dt.timedelta(minutes=10), judge_due),
    Recurring('monthly invoices', dt.timedelta(hours=1), collect_monthly),
    Recurring('check VAT numbers', dt.timedelta(minutes=5), ask_due),
    Recurring('purge sessions', dt.timedelta(hours=1), purge),
    Recurring('look after parcels', dt.timedelta(minutes=5), look_after),
    Recurring('sweep files', dt.timedelta(hours=6), sweep),
    Recurring('send statements', dt.timedelta(hours=1), send_monthly),
    Recurring('warm catalogue', dt.timedelta(days=1), warm),
)
