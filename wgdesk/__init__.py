"""WireGuard for a Linux desktop: tunnels toggled without root, told about truthfully."""
