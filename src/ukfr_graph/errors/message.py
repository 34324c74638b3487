"""Messages that can be said in other languages than English: a template of the catalogues, and its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self


def mark(message: str) -> str:
    """Return a message as it is; the call tells the catalogues that it is one."""
    return message


class Message(str):
    """A message in English, which can be said in other languages too.

    ``template`` is a message of the catalogues, and ``values`` are those of ``%(name)s`` in it, which may be messages
    themselves.
    """

    template: str
    values: Mapping[str, str]
    __slots__ = ("template", "values")

    def __new__(cls, template: str, values: Mapping[str, str] | None = None) -> Self:
        """Make the message of a template and its values."""
        message = super().__new__(cls, template % values if values else template)
        message.template, message.values = template, values or {}
        return message

    def __reduce__(self) -> tuple[type[Message], tuple[str, Mapping[str, str]]]:
        """Return what a copy in another process is made of."""
        return Message, (self.template, self.values)

    def say(self, gettext: Callable[[str], str]) -> str:
        """Return the message in the language of a catalogue.

        >>> Message("%(n)s rows", {"n": "5"}).say({"%(n)s rows": "%(n)s lignes"}.__getitem__)
        '5 lignes'
        """
        text = gettext(self.template)
        return text % {name: say(value, gettext) for name, value in self.values.items()} if self.values else text

    def to_plain(self) -> list[Any]:
        """Return what JSON can hold of the message, for ``from_plain``."""
        return [self.template, {n: v.to_plain() if isinstance(v, Message) else v for n, v in self.values.items()}]

    @classmethod
    def from_plain(cls, plain: list[Any]) -> Message:
        """Return the message that ``to_plain`` wrote down."""
        template, values = plain
        return cls(template, {n: cls.from_plain(v) if isinstance(v, list) else v for n, v in values.items()})


def say(text: str, gettext: Callable[[str], str]) -> str:
    """Return a message in the language of a catalogue, and a text as it is."""
    return text.say(gettext) if isinstance(text, Message) else text


def make_message(message: str | Message, /, **values: object) -> Message:
    """Make a message of a template and its values, each as text but for messages."""
    if isinstance(message, Message):
        return message
    return Message(message, {n: v if isinstance(v, Message) else str(v) for n, v in values.items()})
