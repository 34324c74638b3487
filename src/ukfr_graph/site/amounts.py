"""Sums of money as people say them: *€100 million*, *100 millions d'euros*."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from babel.numbers import format_decimal

from ukfr_graph.messages import find_locale, load_messages

_MILLION = 1_000_000
_DECIMALS = 3  # of millions; with more, the sum is written out


def format_money(value: object, currency: str, language: str) -> str:
    """Write a sum exactly, in millions where it is some; what is no number is given as it is.

    >>> format_money("62700000", "EUR", "en"), format_money(45000, "GBP", "en")
    ('€62.7 million', '£45,000')
    >>> format_money("62700001", "EUR", "en"), format_money("some", "EUR", "en"), format_money(5, "USD", "en")
    ('€62,700,001', 'some EUR', '5 USD')
    """
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return f"{value} {currency}"
    if not amount.is_finite():
        return f"{value} {currency}"
    millions = amount / _MILLION
    is_short = abs(millions) >= 1 and millions == round(millions, _DECIMALS)
    say = load_messages(language)
    written = format_decimal(millions if is_short else amount, locale=find_locale(language))
    count = int(abs(millions if is_short else amount))
    patterns = {
        ("EUR", True): say.ngettext("€%(amount)s million", "€%(amount)s million", count),
        ("GBP", True): say.ngettext("£%(amount)s million", "£%(amount)s million", count),
        ("EUR", False): say.ngettext("€%(amount)s", "€%(amount)s", count),
        ("GBP", False): say.ngettext("£%(amount)s", "£%(amount)s", count),
    }
    pattern = patterns.get((currency, is_short))
    if pattern is None:
        return f"{format_decimal(amount, locale=find_locale(language))} {currency}"
    return pattern % {"amount": written}
