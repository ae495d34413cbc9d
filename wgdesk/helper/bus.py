"""The system bus, as far as the helper asks others on it."""

from collections.abc import Awaitable, Sequence
from typing import Any, Protocol


class Bus(Protocol):
    def ask(
        self,
        destination: str,
        path: str,
        member: str,
        signature: str = "",
        body: Sequence[Any] = (),
    ) -> Awaitable[list[Any]]: ...
