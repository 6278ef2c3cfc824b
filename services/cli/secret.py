"""The command that renews the secret of the installation: rotate-secret."""

from __future__ import annotations

from services.auth.rotating import rotate
from services.backups.restoring import alone
from services.cli.line import Arguments, Command, claimed, say
from services.core.config import Config
from services.start import open_runtime


def renew(arguments: Arguments, config: Config) -> None:
    """Make a new secret, keep the one before it, and seal authenticator apps with the new one."""
    with claimed(config):
        runtime = open_runtime(config)
        with alone(runtime.database):
            lost = rotate(runtime)
    say('There is a new secret. Links and recovery codes made with the one before it are still good; those of an '
        'earlier one are not any more.')
    if lost:
        say(f'{lost} authenticator apps fit no secret and were so before; `user one-step EMAIL` helps their people.')


COMMANDS = (Command('rotate-secret', 'Make a new secret, with Portico stopped; the one before it still opens what it '
                    'made.', renew),)
