"""What a Flatpak cannot do that wgdesk can elsewhere, so that nobody has to find out. No Qt."""

from wgdesk.ui.language import tr


def sandbox_limits() -> tuple[str, ...]:
    """One sentence each, with the way round it where there is one."""
    return (
        tr("Commands of a profile do not run as you. Root can run them, or nobody."),
        tr("A host name is not looked up on the page of routes. An address can be asked about."),
        tr("A place on a demo server cannot be asked for."),
        tr(
            "No packet of ours wakes a tunnel up: without keepalive it shakes hands at its first traffic."
        ),
        tr("Keys in the keyring are for this Flatpak alone: another wgdesk does not find them."),
        tr("Whether wg-quick starts a tunnel at boot is not known, and is not changed."),
        tr(
            "Plain internet is restored in a terminal: {command}",
        ).format(command="systemctl start wgdesk-reset"),
        tr("The applications menu has no recent tunnels."),
    )
