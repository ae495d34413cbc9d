"""Which traffic a tunnel takes for itself, and whether two tunnels can stand side by side."""

from wgdesk.domain.coverage import Coverage
from wgdesk.domain.profile import Profile, TableMode
from wgdesk.domain.routing import routed_networks


class Claim:
    """Made once for a tunnel, compared often."""

    def __init__(self, profile: Profile) -> None:
        routed = routed_networks(profile)
        is_ruled = profile.interface.table.mode is TableMode.AUTO
        self.defaults = {net.version for net in routed if is_ruled and net.prefixlen == 0}
        self.subnets = Coverage(net for net in routed if is_ruled and net.prefixlen)
        self.reach = Coverage((*routed, *profile.interface_networks()))

    def meets(self, other: "Claim") -> bool:
        """Whether one must make room for the other, both being of one user.

        A default route beside a subnet is no clash: the subnet is more specific and wins.
        Two defaults of one family, or two subnets that share addresses, are one.
        """
        return bool(self.defaults & other.defaults) or self.subnets.meets(other.subnets)

    def takes_from(self, other: "Claim") -> bool:
        """Whether it changes where any packet of the other goes, which other users do not share.

        Here a subnet inside somebody's default route counts, and so do the networks of the
        interfaces' own addresses, whichever table the profile names.
        """
        return self.reach.meets(other.reach)
