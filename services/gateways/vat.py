"""The official registers of VAT numbers: VIES of the European Commission, and one that only pretends."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

HOST = 'ec.europa.eu'
PATH = '/taxation_customs/vies/rest-api/check-vat-number'
TIMEOUT_SECONDS = 10.0
LONGEST_ANSWER = 64_000


@dataclass(frozen=True)
class Answer:
    """What a register says of a number; `valid` is None when it could not say, then `error` tells why.

    `consultation` is the number under which the register keeps that it was asked.
    """

    valid: bool | None
    name: str = ''
    consultation: str = ''
    error: str = ''


class VatRegister(Protocol):
    """A way to ask a register; it never raises for a service that is down."""

    def check(self, vat_id: str, *, requester: str = '') -> Answer:
        """What it says of a VAT number with its country's letters; `requester` is the number of who asks."""


class Vies:
    """The REST service of VIES."""

    def check(self, vat_id: str, *, requester: str = '') -> Answer:
        """What VIES says; MS_UNAVAILABLE and its like are no answer."""
        asked = {'countryCode': vat_id[:2], 'vatNumber': vat_id[2:]}
        if requester:
            asked |= {'requesterMemberStateCode': requester[:2], 'requesterNumber': requester[2:]}
        try:
            status, said = self._post(asked)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Answer(None, error=f'{type(error).__name__}: {error}'[:300])
        return answer_of(status, said)

    @staticmethod
    def _post(asked: Mapping[str, str]) -> tuple[int, Any]:
        connection = http.client.HTTPSConnection(HOST, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
        try:
            connection.request('POST', PATH, json.dumps(asked), {
                'Content-Type': 'application/json', 'Accept': 'application/json'})
            response = connection.getresponse()
            return response.status, json.loads(response.read(LONGEST_ANSWER))
        finally:
            connection.close()


def answer_of(status: int, said: Any) -> Answer:
    """What an answer of VIES means: only a plain `valid` of true or false is one."""
    if not isinstance(said, Mapping):
        return Answer(None, error=f'HTTP {status}')
    errors = [str(one.get('error', '')) for one in said.get('errorWrappers') or () if isinstance(one, Mapping)]
    if status != 200 or errors or not isinstance(said.get('valid'), bool):
        return Answer(None, error=(', '.join(errors) or f'HTTP {status}')[:300])
    name = str(said.get('name') or '').strip('- ')
    return Answer(said['valid'], name[:300], str(said.get('requestIdentifier') or '')[:80])


class SimulatedRegister:
    """Numbers on paper only: one that ends in 000 is unknown, one that ends in 999 finds the service down."""

    def check(self, vat_id: str, *, requester: str = '') -> Answer:
        """What it pretends."""
        if vat_id.endswith('999'):
            return Answer(None, error='MS_UNAVAILABLE')
        return Answer(not vat_id.endswith('000'), consultation=f'SIM-{vat_id[-6:]}')


REGISTERS: dict[str, VatRegister] = {'vies': Vies(), 'simulated': SimulatedRegister()}
"""The registers by their code in the settings."""
