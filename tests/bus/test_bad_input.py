"""Bad profiles and names at the helper's own door: refused in words, and nothing else happens."""

import pytest

from tests.support.bad_input import BAD_TEXTS, NAMES_AT_THE_DOOR, SECRETS, leaks
from tests.support.private_bus import HOME
from wgdesk.domain.errors import InvalidName, InvalidProfile
from wgdesk.wire import names

METHODS = ("Up", "Check")


@pytest.fixture(autouse=True)
def willing(polkit):
    polkit.allow(*names.ACTIONS)
    return polkit


@pytest.fixture
def unmoved(helper, polkit, caplog):
    """Fails the test where anything came of its calls."""
    yield
    assert helper.tunnels.tunnels == {}
    assert polkit.asked == []
    assert not leaks(caplog.text)
    assert "\x1b" not in caplog.text


@pytest.mark.parametrize("row", BAD_TEXTS, ids=lambda row: row.name)
async def test_bad_text_is_refused_with_line_and_column(client, unmoved, row):
    for method in METHODS:
        error = await client.refusal(method, "saya{ss}", ["home", row.content, {}])
        assert error.code == InvalidProfile.code
        assert str(error) == row.says
        assert not leaks(str(error))


@pytest.mark.parametrize("name", NAMES_AT_THE_DOOR, ids=ascii)
async def test_bad_name_is_refused_before_anything_is_read(client, unmoved, caplog, name):
    for method in METHODS:
        error = await client.refusal(method, "saya{ss}", [name, HOME, {}])
        assert error.code == InvalidName.code
        assert str(error) == NAMES_AT_THE_DOOR[name]
    assert "a\nb" not in caplog.text


def test_bad_texts_have_secrets_to_lose():
    """Else the tests above would see no leak in anything."""
    kept = [row for row in BAD_TEXTS if any(key.encode() in row.content for key in SECRETS)]
    assert len(kept) > len(BAD_TEXTS) - 5
    assert leaks(f"x{SECRETS[0][5:20]}")
