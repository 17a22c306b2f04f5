"""Receipts of what the public hands in: one series a year for the whole office."""

from datetime import date

from handlers.ports import Register


def receipt_number(register: Register, today: date) -> str:
    """The next receipt of the year, such as ``GZ-2026-0001`` (公众)."""
    return f"GZ-{today.year}-{register.next_number(f'receipts-{today.year}')}"
