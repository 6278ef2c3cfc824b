"""Requests for access: a stranger asks, confirms his e-mail, and the office decides."""
