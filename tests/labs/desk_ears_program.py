"""Print one application's tree of AT-SPI as JSON; nothing if it is not there. Run by /usr/bin/python3."""

import json
import sys
from typing import Any

import gi  # type: ignore[import-not-found]  # the system's, not ours

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # type: ignore[import-not-found]  # noqa: E402  # after it

MOST_CHILDREN = 200


def read(node: Any) -> dict[str, Any] | None:
    """None for what went away while it was read."""
    try:
        count = min(node.get_child_count(), MOST_CHILDREN)
        children = [read(node.get_child_at_index(number)) for number in range(count)]
        return {
            "role": node.get_role_name(),
            "name": node.get_name(),
            "states": [state.value_nick for state in node.get_state_set().get_states()],
            "children": [child for child in children if child is not None],
        }
    except (GLib.Error, AttributeError):
        return None


def main(wanted: str) -> None:
    desktop = Atspi.get_desktop(0)
    for number in range(desktop.get_child_count()):
        application = desktop.get_child_at_index(number)
        if application is not None and application.get_name() == wanted:
            found = read(application)
            if found is not None:
                print(json.dumps(found))
            return


main(sys.argv[1])
