"""Menu, its search, and what a path leads to."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from models.core.words import _l
from models.users import Role
from services.core.actor import Actor
from services.core.errors import Forbidden, NotFound
from services.core.permissions import Permission
from services.workstation import Link
from tests.ui.kernel.modules import MODULES, invoices
from ui.kernel.menu import groups, search, usable
from ui.kernel.module import Group, Module, find, tidy

ADMIN = Actor.as_member(user_id=uuid.uuid4(), name='Mara', role=Role.ADMIN, customer_id=uuid.uuid4())
BUYER = Actor.as_member(user_id=uuid.uuid4(), name='Ben', role=Role.BUYER, customer_id=uuid.uuid4())


def without(actor: Actor, right: Permission) -> Actor:
    """The same person where the module behind this right is switched off."""
    return replace(actor, permissions=actor.permissions - {right}, off=frozenset({right}))


STAFF = Actor.as_member(user_id=uuid.uuid4(), name='Olga', role=Role.OWNER)


@pytest.mark.parametrize(('words', 'name'), [
    ('bill', 'invoices'), ('ordrs', 'orders'), ('basket', 'cart'), ('ORD', 'orders'), ('catalouge', 'shop'),
    ('purchses', 'orders'), ('invoce', 'invoices')])
def test_search_forgives(words: str, name: str) -> None:
    assert search(words, usable(MODULES, ADMIN))[0].name == name


def test_search_finds_nothing_for_nonsense() -> None:
    assert search('xylophone', usable(MODULES, ADMIN)) == []


def test_a_menu_shows_what_its_person_may_use() -> None:
    assert 'closed' in {module.name for module in usable(MODULES, ADMIN)}
    assert 'closed' not in {module.name for module in usable(MODULES, BUYER)}
    assert [module.name for module in usable(MODULES, STAFF)] == ['office-dashboard']
    assert 'shop' not in {module.name for module in usable(MODULES, without(ADMIN, Permission.CATALOGUE_READ))}


def test_favourites_stand_below_home_and_nowhere_else() -> None:
    made = groups(usable(MODULES, ADMIN), [Link('/invoices', 'x'), Link('/lists/7', 'Weekly')], {'invoices': 3})
    assert [group['key'] for group in made][:3] == ['home', 'favourites', 'buy']
    assert [(item['title'], item.get('count')) for item in made[1]['items']] == [('Invoices', 3), ('Weekly', None)]
    assert sum(item['path'] == '/invoices' for group in made for item in group['items']) == 1


def test_a_path_leads_to_the_plainest_view() -> None:
    module = Module('things', _l('Things'), icon='box', group=Group.BUY)

    @module.view('/things/{number}')
    @module.view('/things/new')
    async def build(view: object) -> None: ...
    assert find('/things/new', [module], ADMIN).params == {}
    assert find('/things/7', [module], ADMIN).params == {'number': '7'}
    with pytest.raises(NotFound):
        find('/things/7/8', [module], ADMIN)


def test_the_other_side_does_not_exist_and_a_missing_right_says_so() -> None:
    with pytest.raises(NotFound):
        find('/office', MODULES, ADMIN)
    with pytest.raises(NotFound):
        find('/invoices', MODULES, STAFF)
    with pytest.raises(NotFound):
        find('/orders', MODULES, without(ADMIN, Permission.ORDERS_READ))
    with pytest.raises(Forbidden):
        find('/closed', MODULES, BUYER)
    assert find('/invoices', MODULES, BUYER).module is invoices


@pytest.mark.parametrize(('given', 'path'), [
    ('/orders/', '/orders'), ('/orders?x=1', '/orders'), ('//evil.example', '/evil.example'), (None, '/'), ('', '/')])
def test_paths_are_kept_tidy(given: str | None, path: str) -> None:
    assert tidy(given) == path
