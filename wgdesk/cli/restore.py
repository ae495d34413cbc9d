"""The verb for when all else fails."""

from wgdesk.cli.terminal import say
from wgdesk.client import reset


def restore() -> int:
    for line in reset.restore():
        say(line)
    return 0
