"""Work in a process of its own within bounds, so that nobody else waits: a job as JSON goes in, an answer comes out.

The parent calls `ask_child` with the name of a module, whose `main` calls `answer`.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from models.core.words import _
from services.core.errors import DomainError, Invalid, Unavailable

_ROOT = Path(__file__).resolve().parents[2]
MEMORY = 512 * 1024 * 1024


def ask_child(module: str, job: dict[str, Any], *, patience: float) -> dict[str, Any]:
    """Have a module carry out a job and return its answer; call it outside the event loop and of any unit of work.

    Raises Invalid with the child's own sentence, Unavailable when it takes too long or more memory than it may.
    """
    try:
        done = subprocess.run([sys.executable, '-m', module], input=json.dumps(job), check=False, capture_output=True,
                              text=True, timeout=patience, cwd=_ROOT, env={**os.environ, 'PYTHONPATH': str(_ROOT)})
    except subprocess.TimeoutExpired:
        raise Unavailable(_('This took too long. Please ask for less at once.')) from None
    if done.returncode == -signal.SIGXCPU:
        raise Unavailable(_('This took too long. Please ask for less at once.'))
    if done.returncode != 0:
        raise RuntimeError(f'{module} ended with {done.returncode}: {done.stderr[-2000:]}')
    said: dict[str, Any] = json.loads(done.stdout)
    if 'full' in said:
        raise Unavailable(_('This is too large to be made at once. Please ask for less.'))
    if 'refused' in said:
        raise Invalid(said['refused'])
    return said


def answer(act: Callable[[dict[str, Any]], dict[str, Any]], *, memory: int = MEMORY, seconds: int = 0,
           gives_way: int = 10) -> None:
    """In the child: read the job, keep within bounds (seconds of CPU; 0: any), answer or say what was refused.

    `gives_way` is how far it lets others go first (nice). Settings of the environment are left behind: the job says
    what counts.
    """
    os.nice(gives_way)
    with suppress(ValueError, OSError):  # macOS has no such bound on memory
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    if seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    for key in [key for key in os.environ if key.startswith('PORTICO_')]:
        del os.environ[key]
    try:
        said = act(json.load(sys.stdin))
    except DomainError as error:
        said = {'refused': error.message}
    except MemoryError:
        said = {'full': True}
    sys.stdout.write(json.dumps(said))
