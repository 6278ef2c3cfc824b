"""`python app.py …` in a process of its own, forked from one that has loaded Portico, as loading takes seconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Done = subprocess.CompletedProcess[str]


class Commands:
    """Runs commands until it is closed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([sys.executable, '-m', 'tests.commands'], cwd=ROOT, text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, arguments: Sequence[str], folder: Path, *, given: str = '', **environment: str) -> Done:
        """What the command answers in this folder, with no other setting of Portico's than these."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith('PORTICO_')}
        with tempfile.TemporaryDirectory() as place:
            (Path(place) / '0').write_text(given)
            asked = {'arguments': arguments, 'folder': str(folder), 'place': place, 'environment': clean | environment}
            assert self._process.stdin and self._process.stdout
            self._process.stdin.write(json.dumps(asked) + '\n')
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            said = [(Path(place) / name).read_text() for name in '12']
        return subprocess.CompletedProcess(list(arguments), code, *said)

    def close(self) -> None:
        """Let the process end."""
        self._process.communicate()


def _answer(line: str) -> int:
    asked = json.loads(line)
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        os.chdir(asked['folder'])
        os.environ.clear()
        os.environ.update(asked['environment'])
        for number, flags in enumerate((os.O_RDONLY, os.O_CREAT | os.O_WRONLY, os.O_CREAT | os.O_WRONLY)):
            os.dup2(os.open(f'{asked["place"]}/{number}', flags, 0o600), number)
        sys.stdin = open(0, encoding='utf-8', closefd=False)  # noqa: SIM115 - the one of the fork holds the next questions
        os.umask(0o077)
        code = main(asked['arguments'], [SERVE, *found()], default='serve')
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == '__main__':
    from app import SERVE
    from services.cli.line import found, main
    found()
    for asked_line in sys.stdin:
        sys.stdout.write(f'{_answer(asked_line)}\n')
        sys.stdout.flush()
