"""How often one may try: token buckets kept in the database, so that all processes count together."""

from __future__ import annotations

import hashlib
import ipaddress
import math
from dataclasses import dataclass

from models.core.words import ngettext
from services.core.errors import Throttled
from services.core.limits import take
from services.core.work import Work


@dataclass(frozen=True)
class Rate:
    """So many tries in so many seconds; the bucket fills evenly, so a wait is never a lock-out."""

    tries: int
    seconds: int


SIGN_IN_HERE = Rate(10, 15 * 60)
SIGN_IN_NETWORK = Rate(100, 3600)
SIGN_IN_ACCOUNT = Rate(20, 3600)
SECOND_STEP = Rate(5, 5 * 60)
RESET_ACCOUNT = Rate(3, 3600)
RESET_NETWORK = Rate(20, 3600)
INVITE_COMPANY = Rate(30, 24 * 3600)
RENEW_INVITATION = Rate(3, 3600)
ACCESS_ACCOUNT = Rate(3, 3600)
ACCESS_NETWORK = Rate(20, 3600)
TOKEN_NETWORK = Rate(60, 3600)


def limit(work: Work, purpose: str, who: str, rate: Rate) -> None:
    """Count one try; raises Throttled with the seconds to wait when there were too many."""
    key = f'{purpose}:{hashlib.sha256(who.encode()).hexdigest()[:32]}'
    wait = take(work.session, key, rate.tries, rate.tries / rate.seconds, work.now)
    if wait > 0:
        minutes = math.ceil(wait / 60)
        raise Throttled(ngettext('Too many tries. Please wait a minute.',
                                 'Too many tries. Please wait {count} minutes.', minutes).format(count=minutes),
                        details=math.ceil(wait))


def network(ip: str) -> str:
    """The network an address belongs to: /24 of IPv4, /48 of IPv6."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    return str(ipaddress.ip_network(f'{ip}/{24 if address.version == 4 else 48}', strict=False))
