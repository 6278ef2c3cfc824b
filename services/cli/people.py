"""The command that keeps accounts: user add, password, one-step, disable, enable, list."""

from __future__ import annotations

import argparse

from models.users import Role
from services.auth import passwords
from services.cli.accounts import AccountService, NewAccount
from services.cli.line import Arguments, Command, ask_password, say
from services.core.actor import SYSTEM
from services.core.config import Config
from services.core.runtime import Runtime
from services.start import open_runtime


def keep(arguments: Arguments, config: Config) -> None:
    """Do what the word after `user` says."""
    _ACTS[arguments.act](open_runtime(config), arguments)


def _add(runtime: Runtime, arguments: Arguments) -> None:
    account = NewAccount(email=arguments.email, name=arguments.name or arguments.email.split('@')[0],
                         role=Role(arguments.role), password=ask_password(), account=arguments.account or '')
    runtime.run(SYSTEM, AccountService.add, account, account.hashed())
    say(f'{account.email} was added as {account.role.value}.')


def _password(runtime: Runtime, arguments: Arguments) -> None:
    password = ask_password()
    passwords.check(password, words=(arguments.email,))
    runtime.run(SYSTEM, AccountService.set_password, arguments.email, passwords.hashed(password))
    say(f'{arguments.email} has a new password; all sessions were ended.')


def _one_step(runtime: Runtime, arguments: Arguments) -> None:
    runtime.run(SYSTEM, AccountService.reset_two_step, arguments.email)
    say(f'{arguments.email} signs in with the password alone, or sets up another app; all sessions were ended.')


def _disable(runtime: Runtime, arguments: Arguments) -> None:
    runtime.run(SYSTEM, AccountService.set_active, arguments.email, False)
    say(f'{arguments.email} was disabled; all sessions were ended.')


def _enable(runtime: Runtime, arguments: Arguments) -> None:
    runtime.run(SYSTEM, AccountService.set_active, arguments.email, True)
    say(f'{arguments.email} may sign in again.')


def _list(runtime: Runtime, arguments: Arguments) -> None:
    for account in runtime.run(SYSTEM, AccountService.listed):
        state = '' if account.active else '  (disabled)'
        say(f'{account.email:<40} {account.role.value:<15} {account.company or "office"}{state}')


_ACTS = {'add': _add, 'password': _password, 'one-step': _one_step, 'disable': _disable, 'enable': _enable,
         'list': _list}


def _arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest='act', metavar='ACT', required=True)
    add = acts.add_parser('add', help='add a person; the password is asked for or read from standard input')
    add.add_argument('--role', choices=[role.value for role in Role], required=True)
    add.add_argument('--account', help='the account number of the customer company; without it, the office')
    add.add_argument('--name')
    for parser_ in (add, acts.add_parser('password', help='set a new password and end all sessions'),
                    acts.add_parser('one-step', help='forget a lost authenticator app and end all sessions'),
                    acts.add_parser('disable', help='keep a person out and end all sessions'),
                    acts.add_parser('enable', help='let a disabled person in again')):
        parser_.add_argument('email')
    acts.add_parser('list', help='list everybody with role and company')
    for parser_ in acts.choices.values():
        parser_.add_argument('--data-dir', metavar='FOLDER', default=argparse.SUPPRESS, help=argparse.SUPPRESS)


COMMANDS = (Command('user', 'Keep accounts: add, password, one-step, disable, enable, list.', keep, _arguments),)
