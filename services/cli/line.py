"""The command line: each module of this package declares its commands, and this one finds, parses and runs them.

Its words are English, like the log: they are for who runs Portico, and are looked up and pasted as they are.
"""

from __future__ import annotations

import argparse
import getpass
import importlib
import logging
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import services.cli
from services.backups import BackupError
from services.core.config import Config, ConfigError, load
from services.core.errors import DomainError
from services.schema import SchemaError
from services.start import StartError, claim

Arguments = argparse.Namespace


class CommandError(Exception):
    """The command cannot be done; the text is the one clear line."""


@dataclass(frozen=True)
class Command:
    """A subcommand: its name, what it does in one line, its work (the exit code, None for 0), and its arguments."""

    name: str
    summary: str
    run: Callable[[Arguments, Config], int | None]
    arguments: Callable[[argparse.ArgumentParser], object] = lambda parser: None


def say(text: str = '', *, stream: TextIO | None = None) -> None:
    """Write one line to the terminal at once."""
    target = stream or sys.stdout
    target.write(f'{text}\n')
    target.flush()


def ask_password() -> str:
    """A password typed unseen, or the first line of standard input when nobody sits there."""
    return getpass.getpass('Password: ') if sys.stdin.isatty() else sys.stdin.readline().rstrip('\n')


@contextmanager
def claimed(config: Config) -> Iterator[None]:
    """Hold the installation for this process; raises StartError when it is being served."""
    held = claim(config)
    try:
        yield
    finally:
        if held is not None:
            held.close()


def found() -> list[Command]:
    """The commands of all modules of this package, in order of name."""
    modules = [importlib.import_module(f'{services.cli.__name__}.{module.name}')
               for module in pkgutil.iter_modules(services.cli.__path__)]
    return sorted((command for module in modules for command in getattr(module, 'COMMANDS', ())), key=lambda c: c.name)


def main(arguments: Sequence[str], commands: Iterable[Command], *, default: str) -> int:
    """Run the subcommand that the arguments name, else the default one; returns the exit code."""
    known = {command.name: command for command in commands}
    parser = _parser(known.values(), default)
    parsed = parser.parse_args(arguments if _names_command(arguments, known) else [default, *arguments])
    given = {'data_dir': Path(parsed.data_dir)} if parsed.data_dir else {}
    given |= {name: getattr(parsed, name) for name in ('host', 'port') if getattr(parsed, name, None) is not None}
    try:
        config = load(**given)
        logging.basicConfig(level=config.log_level, format='%(levelname)s %(name)s %(message)s')
        for chatty in ('alembic', 'apscheduler'):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        return known[parsed.command].run(parsed, config) or 0
    except (BackupError, CommandError, ConfigError, StartError, SchemaError) as error:
        say(f'portico: {error}', stream=sys.stderr)
    except DomainError as error:
        say(f'portico: {error.message}', stream=sys.stderr)
    except OSError as error:
        say(f'portico: {error.filename or ""} {error.strerror or error}'.replace('  ', ' '), stream=sys.stderr)
    except KeyboardInterrupt:
        say('portico: stopped', stream=sys.stderr)
        return 130
    return 1


def _names_command(arguments: Sequence[str], known: Iterable[str]) -> bool:
    return any(word in {*known, '-h', '--help'} for word in arguments)


def _parser(commands: Iterable[Command], default: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog='python app.py', description='Portico, a customer portal and order desk.',
                                     epilog=f'Without a command it does `{default}`. Settings: see README.md.')
    subparsers = parser.add_subparsers(dest='command', metavar='COMMAND')
    for command in commands:
        child = subparsers.add_parser(command.name, help=command.summary, description=command.summary)
        child.add_argument('--data-dir', metavar='FOLDER', help='the data folder (PORTICO_DATA_DIR)')
        command.arguments(child)
    return parser
