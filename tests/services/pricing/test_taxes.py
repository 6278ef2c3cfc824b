"""VAT by where goods go, and the usual rates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from models.catalogue import TaxClass
from services.core.actor import SYSTEM
from services.core.errors import Invalid
from services.core.runtime import Runtime
from services.pricing.taxes import EU, USUAL, Tax, rate_for, seed

DAY = dt.date(2026, 3, 2)


@pytest.mark.parametrize(('country', 'vat_id', 'expected'), [
    ('NL', 'NL123', Tax('S', Decimal(21))), ('DE', 'DE123456788', Tax('K', Decimal(0))),
    ('DE', '', Tax('S', Decimal(21))),
    ('GR', 'EL123456789', Tax('K', Decimal(0))), ('CH', 'CHE123', Tax('G', Decimal(0))),
    ('GB', '', Tax('G', Decimal(0))),
    ('DE', 'NL123', Tax('S', Decimal(21))), ('DE', 'GB123', Tax('S', Decimal(21))), ('', '', Tax('S', Decimal(21))),
])
def test_the_country_goods_go_to_decides(runtime: Runtime, country: str, vat_id: str, expected: Tax) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        seed(work.session)
        assert rate_for(work.session, seller_country='NL', ship_to_country=country, buyer_vat_id=vat_id,
                        tax_class=TaxClass.STANDARD, on=DAY) == expected


@pytest.mark.parametrize(('country', 'vat_id', 'expected'), [
    ('GB', '', Tax('S', Decimal(20))), ('NL', '', Tax('G', Decimal(0))), ('NL', 'NL123', Tax('G', Decimal(0))),
    ('NO', '', Tax('G', Decimal(0))),
])
def test_a_seller_outside_the_eu_exports(runtime: Runtime, country: str, vat_id: str, expected: Tax) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        seed(work.session)
        assert rate_for(work.session, seller_country='GB', ship_to_country=country, buyer_vat_id=vat_id,
                        tax_class=TaxClass.STANDARD, on=DAY) == expected


def test_a_country_without_rates_is_said_so(runtime: Runtime) -> None:
    with runtime.work(SYSTEM, writes=False) as work, pytest.raises(Invalid):
        rate_for(work.session, seller_country='NL', ship_to_country='NL', buyer_vat_id='', tax_class=TaxClass.ZERO,
                 on=DAY)


def test_the_usual_rates_are_added_once_for_the_whole_eu(runtime: Runtime) -> None:
    assert set(USUAL) >= EU | {'GB', 'NO', 'CH'}
    with runtime.work(SYSTEM, writes=True) as work:
        assert seed(work.session) == 3 * len(USUAL)
        assert seed(work.session) == 0
