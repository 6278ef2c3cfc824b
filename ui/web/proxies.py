"""Who calls, from where and to which host: forwarded headers count only when a proxy of ours has set them."""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from services.core.config import Config

LOOPBACK = frozenset({'localhost', '127.0.0.1', '[::1]'})
_HOST = re.compile(r'(?P<name>[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:\d{1,5})?')
_FORWARDED = frozenset({b'forwarded', b'x-forwarded-for', b'x-forwarded-host', b'x-forwarded-prefix',
                        b'x-forwarded-port', b'x-forwarded-proto', b'x-forwarded-scheme',
                        b'x-real-ip', b'x-original-url', b'x-rewrite-url'})
Scope = dict[str, Any]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Addresses:
    """The hosts this Portico answers to and the proxies it believes."""

    def __init__(self, config: Config) -> None:
        self.base = config.url
        name = (urlsplit(config.url).hostname or '').lower()
        self._names = LOOPBACK | {f'[{name}]' if ':' in name else name}
        self._proxies: list[Network] = [ipaddress.ip_network(part.strip(), strict=False)
                                        for part in config.trusted_proxies.split(',') if part.strip()]

    def settle(self, scope: Scope) -> str | None:
        """Write the true client, scheme and host into the scope, drop forwarded headers; the host, None if not ours."""
        headers = {key: value.decode('latin-1') for key, value in scope['headers'] if key in _FORWARDED}
        hosts = [value.decode('latin-1').lower() for key, value in scope['headers'] if key == b'host']
        peer = scope['client'][0] if scope.get('client') else ''
        if self._is_proxy(peer):
            scope['client'] = (self._caller(peer, headers.get(b'x-forwarded-for', '')), 0)
            self._take_scheme(scope, headers.get(b'x-forwarded-proto', ''))
            if given := headers.get(b'x-forwarded-host', '').lower():
                hosts = [given]
        scope['headers'] = [(key, value) for key, value in scope['headers']
                            if key not in _FORWARDED and key not in {b'host', b'range', b'if-range'}]
        match = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if match is None or match['name'] not in self._names:
            return None
        scope['headers'].append((b'host', hosts[0].encode()))
        return hosts[0]

    def is_own(self, origin: str, scope: Scope, host: str) -> bool:
        """Whether an Origin header names exactly the address this page was asked for, or the configured one."""
        scheme = {'ws': 'http', 'wss': 'https'}.get(scope['scheme'], scope['scheme'])
        return origin in (self.base, f'{scheme}://{host}')

    def _is_proxy(self, address: str) -> bool:
        try:
            return any(ipaddress.ip_address(address) in network for network in self._proxies)
        except ValueError:
            return False

    def _caller(self, peer: str, chain: str) -> str:
        for hop in reversed([part.strip() for part in chain.split(',') if part.strip()]):
            try:
                peer = str(ipaddress.ip_address(hop))
            except ValueError:
                break
            if not self._is_proxy(peer):
                break
        return peer

    @staticmethod
    def _take_scheme(scope: Scope, proto: str) -> None:
        if proto in ('http', 'https'):
            secure = proto == 'https'
            is_socket = scope['type'] == 'websocket'
            scope['scheme'] = ('wss' if secure else 'ws') if is_socket else proto
