import pytest

from wgdesk.sandbox.profiles import render_all


def lines(text, key):
    return [line.partition(" = ")[2] for line in text.splitlines() if line.startswith(f"{key} = ")]


@pytest.fixture
def rendered():
    return render_all(ipv6=True)


def test_profiles_route_what_their_names_promise(rendered):
    profiles, _ = rendered
    assert {name: lines(text, "AllowedIPs") for name, text in profiles.items()} == {
        "home": ["0.0.0.0/0, ::/0"],
        "attached_home": ["192.168.50.0/24, 192.168.51.0/24"],
        "work": ["0.0.0.0/0, ::/0"],
    }


def test_preshared_key_is_on_both_ends_of_work_alone(rendered):
    profiles, servers = rendered
    assert lines(profiles["work"], "PresharedKey") == lines(servers["work"], "PresharedKey") != []
    assert "PresharedKey" not in profiles["home"] + profiles["attached_home"] + servers["home"]


def test_keys_are_new_each_time(rendered):
    again, _ = render_all(ipv6=True)
    for name, text in rendered[0].items():
        assert lines(text, "PrivateKey") != lines(again[name], "PrivateKey")


def test_ipv6_is_left_out_when_the_kernel_has_none():
    profiles, servers = render_all(ipv6=False)
    assert not [text for text in (*profiles.values(), *servers.values()) if "::" in text]
