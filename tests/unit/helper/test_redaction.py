import base64
import logging
import secrets

import pytest

from wgdesk.helper.redaction import RedactingFormatter, cut, redacted


def test_no_key_survives_in_base64_or_hexadecimal():
    for _ in range(10_000):
        raw = secrets.token_bytes(32)
        for text in (base64.b64encode(raw).decode(), raw.hex(), raw.hex().upper()):
            assert text not in redacted(f"set private_key={text}; done")


@pytest.mark.parametrize("before", ["/", "+", "x", "=", "Key7"])
def test_no_key_survives_whatever_stands_before_it(before):
    key = base64.b64encode(bytes(range(32))).decode()
    assert key not in redacted(f"{before}{key}")


@pytest.mark.parametrize("command", ["echo {}= | wg", "x='{}'; y", "curl ?key={}%3D", "{}"])
def test_no_key_survives_to_which_a_command_adds_the_sign_at_its_end(command):
    bare = base64.b64encode(bytes(range(32))).decode().rstrip("=")
    assert bare not in redacted(command.format(bare))


def test_no_key_survives_in_a_row_of_digits():
    keys = [secrets.token_bytes(32).hex() for _ in range(3)]
    assert not any(
        key[at : at + 12] in redacted("a" + "".join(keys)) for key in keys for at in range(50)
    )


def test_what_is_cut_off_leaves_no_half_of_a_key():
    key = secrets.token_bytes(32).hex()
    text = f"{'a' * 90} {key}"
    assert cut(text, 130) == f"{'a' * 90} …"
    assert cut(text, len(text)) == text


def test_a_key_keeps_its_mark_so_that_lines_can_be_compared():
    one, two = (base64.b64encode(bytes([number] * 32)).decode() for number in (1, 2))
    assert redacted(one) == redacted(one)
    assert redacted(one) != redacted(two)


def test_other_text_stays():
    text = "user 1000: too many calls; tunnel deadbeef on 10.0.0.1:51820"
    text += "; /usr/lib/systemd/system/wgdesk-helper.service and " + "abcdefghij" * 9
    assert redacted(text) == text


def test_a_key_in_a_traceback_is_redacted(capsys):
    key = base64.b64encode(bytes(range(32))).decode()
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter("%(message)s"))
    logger = logging.getLogger("test_redaction")
    logger.addHandler(handler)
    try:
        int(f"bad {key}")
    except ValueError:
        logger.exception("with %s", key)
    finally:
        logger.removeHandler(handler)
    logged = capsys.readouterr().err
    assert "Traceback" in logged
    assert "bad <key:" in logged
    assert key not in logged
