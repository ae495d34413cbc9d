"""Profiles as people have them, with keys that are nobody's."""

SERVER_KEY = "AgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICE="
PRIVATE_KEY = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="
PRESHARED_KEY = "FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE="

_PROFILE = f"""\
[Interface]
PrivateKey = {PRIVATE_KEY}
Address = 10.66.0.2/32, fd66::2/128

[Peer]
PublicKey = {SERVER_KEY}
PresharedKey = {PRESHARED_KEY}
Endpoint = 192.0.2.1:51820
AllowedIPs = %s
PersistentKeepalive = 25
"""

HOME = _PROFILE % "0.0.0.0/0, ::/0"
ATTACHED_HOME = _PROFILE % "192.168.50.0/24, fd50::/64"
WORK = HOME.replace("10.66.0.2/32", "10.77.0.2/32")
