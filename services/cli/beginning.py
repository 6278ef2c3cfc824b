"""Commands that make or change the database: init, demo, migrate."""

from __future__ import annotations

import argparse
import sys

from sqlmodel import select

from models.users import Role, User
from services import schema
from services.cli.accounts import AccountService, NewAccount
from services.cli.bars import Bar
from services.cli.line import Arguments, Command, CommandError, ask_password, claimed, say
from services.core.actor import SYSTEM
from services.core.config import Config
from services.core.runtime import Runtime
from services.customers.countries import countries, currencies
from services.schema import SchemaState
from services.setting_up import SettingUpService
from services.start import open_any, open_runtime


def initialise(arguments: Arguments, config: Config) -> None:
    """Make an empty database with its first owner."""
    with claimed(config):
        runtime = _empty(config)
        company = arguments.company or _ask('Name of your company')
        email = arguments.email or _ask('E-mail of the first owner')
        name = arguments.name or email.split('@')[0]
        account = NewAccount(email=email, name=name, role=Role.OWNER, password=ask_password())
        password_hash = account.hashed()
        schema.upgrade(runtime.database)
        runtime.run(SYSTEM, SettingUpService.begin, company, country=arguments.country,
                    currency=arguments.currency or '')
        runtime.run(SYSTEM, AccountService.add, account, password_hash)
    say(f'{company} is ready. Start it with `python app.py` and sign in as {email}; have a phone with an authenticator '
        'app at hand, since staff sign in in two steps. Settings → Sign-in changes that.')


def demonstrate(arguments: Arguments, config: Config) -> None:
    """Make a database with the demo company."""
    with claimed(config):
        fill_demo(_empty(config))
    say('The demo company is ready; start it with `python app.py`.')


def migrate(arguments: Arguments, config: Config) -> None:
    """Bring the tables up to this Portico."""
    with claimed(config):
        before = schema.upgrade(open_any(config).database)
    current = before is SchemaState.CURRENT
    say('Nothing to do: the database is up to date.' if current else 'The database is up to date now.')


def fill_demo(runtime: Runtime) -> None:
    """Make the tables and load the demo company, with a progress bar."""
    from services.demo.loading import load
    schema.upgrade(runtime.database)
    with Bar('Demo company') as bar:
        load(runtime, bar)


def open_or_demonstrate(config: Config) -> Runtime:
    """The installation, made with the demo company when there is no database yet."""
    runtime = open_any(config)
    if _is_blank(runtime):
        say('There is no database yet; making one with the demo company.')
        fill_demo(runtime)
    runtime.database.close()
    return open_runtime(config)


def _empty(config: Config) -> Runtime:
    runtime = open_any(config)
    if not _is_blank(runtime):
        raise CommandError('There is a database already; name another folder with --data-dir, or remove it first.')
    return runtime


def _is_blank(runtime: Runtime) -> bool:
    """Whether there are no tables yet, or nobody in them because the making of the first company was cut off."""
    state = schema.state(runtime.database)
    if state is not SchemaState.CURRENT:
        return state is SchemaState.EMPTY
    with runtime.database.reading() as session:
        return session.exec(select(User.id).limit(1)).first() is None


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise CommandError(f'{question}? Give it as an option; see `python app.py init --help`.')
    return input(f'{question}: ').strip()


def _country(value: str) -> str:
    if value.upper() not in countries():
        raise argparse.ArgumentTypeError('must be the two letters of a country, such as NL')
    return value.upper()


def _currency(value: str) -> str:
    if value.upper() not in currencies():
        raise argparse.ArgumentTypeError(f'must be one of {", ".join(currencies())}')
    return value.upper()


def _init_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--company', help='the name of the company that sells')
    parser.add_argument('--email', help='the e-mail of the first owner')
    parser.add_argument('--name', help='the name of the first owner')
    parser.add_argument('--country', metavar='CODE', type=_country, default='NL',
                        help='where the company is, two letters; decides its VAT, currency and time (NL)')
    parser.add_argument('--currency', metavar='CODE', type=_currency,
                        help="the currency it sells in; the country's own unless given")


COMMANDS = (
    Command('init', 'Make an empty database with its first owner; the password is asked for or read from stdin.',
            initialise, _init_arguments),
    Command('demo', 'Make a database with the demo company.', demonstrate),
    Command('migrate', 'Bring the tables of the database up to this Portico.', migrate),
)
