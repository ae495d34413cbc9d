"""WireGuard for a Linux desktop: tunnels toggled without root, told about truthfully."""

__version__ = "0.1.0"  # the same as in pyproject.toml
