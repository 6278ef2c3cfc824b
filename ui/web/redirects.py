"""Where a person may be sent: only to paths of our own."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

SIGN_IN = '/sign-in'
LONGEST = 1000


def local_path(target: str | None) -> str:
    """This target when it is a path of ours, else "/"; other hosts, schemes, control characters are no path."""
    if not target or len(target) > LONGEST or not target.startswith('/'):
        return '/'
    for seen in (target, unquote(target), unquote(unquote(target))):
        if seen.startswith('//') or '\\' in seen or any(ord(c) < 33 or ord(c) == 127 for c in seen[:3]):
            return '/'
        if any(ord(c) < 32 or ord(c) == 127 for c in seen):
            return '/'
    split = urlsplit(target)
    return '/' if split.scheme or split.netloc else target


def to_sign_in(target: str) -> str:
    """The address of the sign-in page that leads to this path afterwards."""
    path = local_path(target)
    return SIGN_IN if path == '/' else f'{SIGN_IN}?next={quote(path, safe="/")}'
