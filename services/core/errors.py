"""What can go wrong in a way a person should read about; one sentence each and, if any, the field it is about."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A refusal with a sentence for the person; `field` names its input, `details` is data for the page."""

    status = 400
    denied: Any = None
    """Who was refused what, where a right was missing (`services.core.refusals`)."""

    def __init__(self, message: str, *, field: str | None = None, details: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.details = details


class Invalid(DomainError):
    """The input breaks a rule."""

    status = 422


class NotFound(DomainError):
    """There is no such thing within this person's reach."""

    status = 404


class Forbidden(DomainError):
    """The person may see it but has not the right to do this."""

    status = 403


class SignedOut(DomainError):
    """There is no live session behind this call."""

    status = 401


class Conflict(DomainError):
    """It changed meanwhile, or its state does not allow this."""

    status = 409


class Throttled(DomainError):
    """Too many tries; `details` is the number of seconds to wait."""

    status = 429


class Unavailable(DomainError):
    """It cannot be done just now; trying again later may help."""

    status = 503


class Unproven(DomainError):
    """The person has to give his password once more before this is done."""

    status = 403
