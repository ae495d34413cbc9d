"""The nftables rules that stand beside every tunnel with rules of its own. Pure."""

from dataclasses import dataclass

from wgdesk.domain.profile import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Firewall:
    """One tunnel's table.

    Attributes:
        name: The tunnel's interface.
        table: Number of the tunnel's routing table; the nft table is named after it.
        fwmark: Mark of the tunnel's encrypted packets.
        addresses: Of the interface; packets to them may come by the tunnel only.
    """

    name: str
    table: int
    fwmark: int
    addresses: tuple[Address, ...]

    @property
    def nft_table(self) -> str:
        return f"wgdesk-{self.table}"
