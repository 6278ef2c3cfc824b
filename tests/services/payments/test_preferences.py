"""How a company likes to pay."""

from __future__ import annotations

import pytest

from models.customers import CreditUse, Customer
from services.core.errors import Forbidden, Invalid
from services.payments.preferences import PreferenceInput, PreferenceService


def test_they_choose_and_it_is_recorded(till, runtime, world):
    runtime.run(world.fin, PreferenceService.save, PreferenceInput(preferred_method='test',
                                                                   credit_use=CreditUse.ALWAYS))
    with runtime.database.reading() as session:
        found = session.get_one(Customer, world.harbour.id)
    assert (found.preferred_method, found.credit_use) == ('test', CreditUse.ALWAYS)
    assert till.actions('customer.changed') == 1
    values, methods = runtime.run(world.mara, PreferenceService.read)
    assert values.preferred_method == 'test' and list(methods) == ['', 'test']


def test_only_ways_that_are_open(till, runtime, world, refused):
    refused(Invalid, lambda: runtime.run(world.fin, PreferenceService.save,
                                         PreferenceInput(preferred_method='card')))


@pytest.mark.parametrize('who', ['ben', 'vera', 'olga'])
def test_only_those_who_pay(till, runtime, world, refused, who):
    refused(Forbidden, lambda: runtime.run(getattr(world, who), PreferenceService.save, PreferenceInput()))
