"""A profile that is connected when the machine starts, as an administrator has approved it. Pure."""

from dataclasses import dataclass

from wgdesk.domain.options import DEFAULT_OPTIONS, TunnelOptions

# Each is a file of at most a profile's size, which root keeps.
COPIES_PER_USER = 8
COPIES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class BootCopy:
    """What may be known of the copy: all but its text.

    Attributes:
        owner_uid: Whose tunnel it becomes.
        digest: Of its canonical form; the profile may have been edited since.
        when_unix_s: When it was approved.
        unit: The unit that brings it up.
        is_enabled: Whether systemd starts that unit; `systemctl disable` leaves the copy.
        options: How it is brought up; commands either run as root or not at all.
        commands: How many there are in it.
    """

    name: str
    owner_uid: int
    digest: str
    when_unix_s: int = 0
    unit: str = ""
    is_enabled: bool = False
    options: TunnelOptions = DEFAULT_OPTIONS
    commands: int = 0
