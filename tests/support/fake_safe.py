"""A keyring in the test's own memory, which fails as the test says."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from wgdesk.client.secrets import Vault
from wgdesk.domain.errors import WgdeskError


@dataclass
class FakeSafe:
    """Implements wgdesk.client.secrets.Safe.

    Attributes:
        items: Values by id; `labels` and `facts` go with them.
        error: Raised by every call while it is there; after `calls_left` calls.
        never: Calls wait for this event.
    """

    items: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Mapping[str, str]] = field(default_factory=dict)
    error: WgdeskError | Exception | None = None
    calls_left: int = 0
    forgets: bool = False
    never: threading.Event | None = None
    asked_to_unlock: bool | None = None

    def vault(self, **arguments) -> Vault:
        return Vault(open_safe=self.open, **arguments)

    def open(self, may_unlock):
        self.asked_to_unlock = may_unlock
        return self

    def write(self, secret_id, label, facts, value):
        self._called()
        if not self.forgets:
            self.items[secret_id] = value
            self.labels[secret_id], self.facts[secret_id] = label, facts

    def read(self, secret_id):
        self._called()
        return self.items.get(secret_id)

    def delete(self, secret_id):
        self._called()
        self.items.pop(secret_id, None)

    def _called(self):
        if self.never is not None:
            self.never.wait()
        if self.error is not None:
            if self.calls_left <= 0:
                raise self.error
            self.calls_left -= 1
