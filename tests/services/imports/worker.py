"""An import in a process of its own, to be killed: `python -m tests.services.imports.worker FILE`.

It goes on where one before it was cut off, in chunks of fifty rows, and says how far it is.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from sqlmodel import Session, select

from models.core.database import Database
from models.imports import ImportRun
from services.core.actor import SYSTEM
from services.core.config import load
from services.imports import running
from services.imports.kinds import KINDS
from services.imports.runs import ImportService
from services.start import make_runtime
from tests.services.imports.files import enter

KIND = 'sales-history'


def runs(session: Session) -> list[ImportRun]:
    """All runs there are."""
    return list(session.exec(select(ImportRun)))


def main() -> None:
    """Import the file."""
    KINDS[KIND] = replace(KINDS[KIND], chunk=50)
    config = load()
    runtime = make_runtime(config, Database(config.database))
    run = enter(runtime, KIND, Path(sys.argv[1]), currency='GBP')
    run = runtime.run(SYSTEM, ImportService.taken_up, run.id) or run
    running.carry_out(runtime, SYSTEM, run.id, lambda done, total: _say(f'{done} of {total}'))
    _say('done')


def _say(text: str) -> None:
    sys.stdout.write(text + '\n')
    sys.stdout.flush()


if __name__ == '__main__':
    main()
