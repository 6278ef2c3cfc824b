"""What a browser calls itself, in words a person recognises."""

from __future__ import annotations

from models.core.words import _

_BROWSERS = (('Edg/', 'Edge'), ('OPR/', 'Opera'), ('SamsungBrowser/', 'Samsung Internet'), ('Firefox/', 'Firefox'),
             ('FxiOS/', 'Firefox'), ('Chrome/', 'Chrome'), ('CriOS/', 'Chrome'), ('Safari/', 'Safari'))
_SYSTEMS = (('Android', 'Android'), ('iPhone', 'iPhone'), ('iPad', 'iPad'), ('Windows', 'Windows'),
            ('Mac OS X', 'macOS'), ('CrOS', 'ChromeOS'), ('Linux', 'Linux'))
SHOWN = 40


def readable(agent: str) -> str:
    """A short name such as 'Firefox on Windows' for a User-Agent header."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), '')
    system = next((name for mark, name in _SYSTEMS if mark in agent), '')
    if browser and system:
        return _('{browser} on {system}').format(browser=browser, system=system)
    return browser or system or agent[:SHOWN] or _('Unknown browser')
