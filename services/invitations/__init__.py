"""Invitations: the only way into the portal."""

from services.invitations.accepting import AcceptService, accept
from services.invitations.listing import INVITATIONS, STATES
from services.invitations.sending import InvitationService, InviteInput, expire

__all__ = ['INVITATIONS', 'STATES', 'AcceptService', 'InvitationService', 'InviteInput', 'accept', 'expire']
