"""Names that the helper and its callers must agree on."""

from typing import Final

from wgdesk.domain.conf import MAX_PROFILE_BYTES

BUS_NAME: Final = "org.wgdesk.Helper1"
# Of the connection that the helper asks others on: nobody calls it, and the bus policy lets
# nobody send it anything unasked.
ASKING_NAME: Final = "org.wgdesk.Helper1.Asking"
OBJECT_PATH: Final = "/org/wgdesk/Helper1"
INTERFACE: Final = "org.wgdesk.Helper1"
ERROR_PREFIX: Final = "org.wgdesk.Error"
APP_ID: Final = "org.wgdesk.WGDesk"

# Raised by one with every change that callers can notice; a breaking one becomes Helper2.
API_VERSION: Final = 4
# Of a caller; the helper speaks with no older one.
OLDEST_CLIENT_API: Final = 1
# The first one with GetRouting.
API_WITH_ROUTING: Final = 2
# The first one with GetLog.
API_WITH_LOG: Final = 2
# The first one with ListSystemProfiles and ReadSystemProfiles.
API_WITH_SYSTEM_PROFILES: Final = 3
# The first one with SetBoot, ClearBoot and ListBoot.
API_WITH_BOOT: Final = 4

ACTION_CONNECT: Final = "org.wgdesk.connect"
ACTION_APPROVE_PROFILE: Final = "org.wgdesk.approve-profile"
ACTION_RUN_HOOKS: Final = "org.wgdesk.run-hooks"
ACTION_DISCONNECT: Final = "org.wgdesk.disconnect"
ACTION_MANAGE_OTHERS: Final = "org.wgdesk.manage-others"
ACTION_LIST_SYSTEM_PROFILES: Final = "org.wgdesk.list-system-profiles"
ACTION_READ_SYSTEM_PROFILES: Final = "org.wgdesk.read-system-profiles"
ACTION_BOOT: Final = "org.wgdesk.boot"
ACTION_BOOT_OFF: Final = "org.wgdesk.boot-off"
ACTIONS: Final = (
    ACTION_CONNECT,
    ACTION_APPROVE_PROFILE,
    ACTION_RUN_HOOKS,
    ACTION_DISCONNECT,
    ACTION_MANAGE_OTHERS,
    ACTION_LIST_SYSTEM_PROFILES,
    ACTION_READ_SYSTEM_PROFILES,
    ACTION_BOOT,
    ACTION_BOOT_OFF,
)

SIGNAL_TUNNEL_CHANGED: Final = "TunnelChanged"
SIGNAL_GENERATION: Final = "Generation"
SIGNAL_ROUTING_CHANGED: Final = "RoutingChanged"
SIGNAL_LOG_WRITTEN: Final = "LogWritten"

# Where wg-quick looks for a profile that is named without its path.
WG_QUICK_FOLDER: Final = "/etc/wireguard"
# Of the names that one ReadSystemProfiles may ask for, with ", " between them: all stand in the
# password dialog.
MAX_NAMES_CHARS: Final = 120

# What a caller may send: a profile and some room for the rest of the message.
MAX_BODY_BYTES: Final = MAX_PROFILE_BYTES + (256 << 10)
