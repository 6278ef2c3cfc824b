"""Where news of invoices and credit notes is followed."""

from __future__ import annotations

from models.invoices import Invoice


def topics_of(invoice: Invoice) -> tuple[str, ...]:
    """The document itself, its company's money, and the office's lists."""
    return f'invoice:{invoice.id}', f'money:{invoice.customer_id}', 'office:invoices'
