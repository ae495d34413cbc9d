"""What a person types into “Where does [ ] go?”."""

from ipaddress import ip_address

import pytest

from wgdesk.ui.where_question import Question, read_question


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("1.1.1.1", "1.1.1.1"),
        ("  192.168.1.20 ", "192.168.1.20"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("https://192.0.2.7:8443/path", "192.0.2.7"),
        ("https://[2001:db8::7]/", "2001:db8::7"),
    ],
)
def test_address(typed, address):
    assert read_question(typed) == Question(address=ip_address(address))


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("example.org", "example.org"),
        ("printer", "printer"),
        ("example.org.", "example.org."),
        ("bücher.example", "bücher.example"),
        ("_dmarc.example.org", "_dmarc.example.org"),
        ("https://www.example.org/a?b#c", "www.example.org"),
        ("1.1.1.example", "1.1.1.example"),
    ],
)
def test_host(typed, host):
    assert read_question(typed) == Question(host=host)


@pytest.mark.parametrize("typed", ["", " ", "\t"])
def test_nothing(typed):
    assert read_question(typed) == Question()


@pytest.mark.parametrize(
    "typed",
    [
        "1.1.1",
        "1.1.1.256",
        "300.1.1.1",
        "no way",
        "-x.example",
        "a..b",
        "https://",
        "https://[x",
        "a" * 64,
        ".".join(["a" * 60] * 5),
        "ex\x00ample",
        "2001:db8::1::2",
    ],
)
def test_mistake_is_said_with_what_was_typed(typed):
    question = read_question(typed)
    assert (question.address, question.host) == (None, "")
    assert question.mistake.endswith("is neither an address nor a host name.")
    assert "\x00" not in question.mistake


def test_network_is_told_from_an_address():
    assert (
        read_question("10.0.0.0/8").mistake == "“10.0.0.0/8” is a network. Type one address of it."
    )
