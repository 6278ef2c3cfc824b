"""Portico: the composition root and the command line; see `python app.py --help`."""

from __future__ import annotations

import argparse
import ipaddress
import os
import sys
from urllib.parse import urlsplit

from services.cli import accounts, line
from services.cli.beginning import open_or_demonstrate
from services.cli.line import Arguments, Command, CommandError, claimed, say
from services.core.actor import SYSTEM
from services.core.config import Config
from services.jobs import runner

DEMO_DOMAIN = '.example'
DEMO_PASSWORD = 'demo-portico'


def serve(arguments: Arguments, config: Config) -> None:
    """Serve Portico until it is stopped; makes the demo company when there is no database yet."""
    with claimed(config):
        runtime = open_or_demonstrate(config)
        demo = [account for account in runtime.run(SYSTEM, accounts.AccountService.listed)
                if account.email.endswith(DEMO_DOMAIN)]
        if demo and (seen_as := _seen_as(config)) and not arguments.allow_demo_on_network:
            raise CommandError(f'The demo accounts are open to everybody, so they are not served on {seen_as}; '
                               'use 127.0.0.1, or say --allow-demo-on-network.')
        from ui.server import serve as serve_pages
        clockwork = runner.Runner(runtime)

        def ready(address: str) -> None:
            clockwork.start()  # only now: its first round, which warms the catalogue, would delay the first page
            _greet(address, demo)
        try:
            serve_pages(runtime, host=config.host, port=config.port, started=ready)
        finally:
            clockwork.stop()
            runtime.database.close()


def _greet(address: str, demo: list[accounts.Account]) -> None:
    say(f'Portico is at {address}')
    if demo:
        say(f'Demo accounts, each with the password {DEMO_PASSWORD}:')
    shown = [account for account in demo if account.active][:24]
    for account in sorted(shown, key=lambda account: (account.company == '', account.company, account.email)):
        say(f'  {account.email:<30} {account.role.value.replace("_", " "):<15} {account.company or "office"}')


def _seen_as(config: Config) -> str:
    """The name others may reach this Portico by, its own or that of a proxy in front; empty when there is none."""
    names = (config.host, urlsplit(config.base_url).hostname or config.host)
    return next((name for name in names if not _is_loopback(name)), '')


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == 'localhost'


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--host', help='the address to listen on (PORTICO_HOST)')
    parser.add_argument('--port', type=int, help='the port to listen on (PORTICO_PORT)')
    parser.add_argument('--allow-demo-on-network', action='store_true',
                        help='serve demo accounts on an address that others can reach')


SERVE = Command('serve', 'Serve Portico; without a database yet it makes the demo company.', serve, _arguments)

if __name__ == '__main__':
    os.umask(0o077)
    sys.exit(line.main(sys.argv[1:], [SERVE, *line.found()], default='serve'))
