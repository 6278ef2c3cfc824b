"""Socket.IO by hand, so that a test can say what no browser would."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from websockets.sync.client import ClientConnection, connect


class Wire:
    """One websocket connection to NiceGUI's endpoint; raises websockets' InvalidStatus when it is refused."""

    def __init__(self, base: str, *, token: str | None, origin: str | None, **query: str) -> None:
        asked = urlencode({'EIO': '4', 'transport': 'websocket', **query})
        headers = {'Cookie': f'portal={token}'} if token else {}
        self.raw: ClientConnection = connect(
            f'{base.replace("http", "ws")}/_nicegui_ws/socket.io/?{asked}', origin=origin,  # type: ignore[arg-type]
            additional_headers=headers, open_timeout=5)
        self.raw.recv(timeout=5)
        self.raw.send('40')
        self.greeting = self.next('4')

    @property
    def accepted(self) -> bool:
        """Whether the server took the connection."""
        return self.greeting.startswith('40')

    def emit(self, event: str, **message: Any) -> None:
        """Send one event."""
        self.raw.send(f'42{json.dumps([event, message])}')

    def ask(self, event: str, **message: Any) -> Any:
        """Send one event and wait for what the server says to it."""
        self.raw.send(f'421{json.dumps([event, message])}')
        return json.loads(self.next('431')[3:])[0]

    def next(self, start: str) -> str:
        """The next packet that starts like this."""
        while True:
            packet = self.raw.recv(timeout=5)
            if packet == '2':
                self.raw.send('3')
            elif isinstance(packet, str) and packet.startswith(start):
                return packet

    def close(self) -> None:
        """End the connection."""
        self.raw.close()


def page_query(client_id: str) -> dict[str, str]:
    """What NiceGUI's own script sends along when it connects."""
    return {'client_id': client_id, 'next_message_id': '0', 'implicit_handshake': 'true', 'tab_id': f'tab-{client_id}',
            'document_id': f'document-{client_id}'}
