"""The configuration of the sandbox's private bus: the system bus's rules, at another address."""

from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from wgdesk.sandbox.polkit import SERVICE as POLKIT_SERVICE

# The default policy is that of /usr/share/dbus-1/system.conf; that file cannot be included,
# because it also wants its own user, its own socket and the setuid activation program.
# Unlike there, only two may connect: polkit here says yes to whoever asks.
_CONFIG: Final = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <deny user="*"/>
    <allow user="root"/>
    <allow user="{uid}"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
    <allow send_destination="org.freedesktop.DBus"
           send_interface="org.freedesktop.DBus.Introspectable"/>
    <allow send_destination="org.freedesktop.DBus"
           send_interface="org.freedesktop.DBus.Properties"/>
    <deny send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"
          send_member="UpdateActivationEnvironment"/>
    <allow send_destination="{polkit}"/>
  </policy>
  <policy user="root">
    <allow own="{polkit}"/>
  </policy>
  <includedir>{policies}</includedir>
</busconfig>
"""


def render_bus_config(
    *, socket_path: Path, services_dir: Path, policies_dir: Path, uid: int
) -> str:
    """For `dbus-daemon --config-file`: root and `uid` may connect, as the daemon sees them.

    The project's own bus policy lies in `policies_dir`.
    """
    return _CONFIG.format(
        socket=escape(str(socket_path)),
        services=escape(str(services_dir)),
        policies=escape(str(policies_dir)),
        polkit=POLKIT_SERVICE,
        uid=uid,
    )


def render_activation(name: str, script_path: Path) -> str:
    """A service file: the bus starts the script when somebody first asks for `name`."""
    quoted = str(script_path).replace("\\", "\\\\").replace('"', '\\"')
    return f'[D-BUS Service]\nName={name}\nExec=/bin/sh "{quoted}"\n'
