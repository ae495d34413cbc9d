"""genkey, genpsk and pubkey, beside wg."""

import subprocess
import sys

import pytest

from tests.support.ordinary_user import ROOT, ordinary_user

PRIVATE = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="
PUBLIC = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw="


@pytest.fixture(scope="module")
def user():
    with ordinary_user() as user:
        yield user


@pytest.mark.parametrize(
    "stdin",
    [
        f"{PRIVATE}\n",
        PRIVATE,
        f"{PRIVATE} \t\v\f\r\n\n\0",
        f"{PRIVATE}\nx",
        f"{PRIVATE}x",
        f" {PRIVATE}",
        PRIVATE[:-1],
        PRIVATE[:-2] + "l=",
        "",
        "A" * 43 + "=",
        "é" * 44,
    ],
)
def test_pubkey_decides_as_wg_does(user, stdin):
    ours = user.wgdesk("pubkey", stdin=stdin.encode())
    theirs = subprocess.run(
        ["wg", "pubkey"], input=stdin.encode(), capture_output=True, check=False
    )
    assert (ours.returncode, ours.stdout.encode()) == (theirs.returncode, theirs.stdout)
    assert bool(ours.stderr) == bool(theirs.stderr)


def test_pubkey_knows_the_known_pair(user):
    assert user.wgdesk("pubkey", stdin=PRIVATE.encode()).stdout == f"{PUBLIC}\n"


def test_pubkey_never_repeats_what_it_was_given(user):
    refused = user.wgdesk("pubkey", stdin=f"{PRIVATE}junk".encode())
    assert PRIVATE not in refused.stdout + refused.stderr
    assert refused.stderr.startswith("wgdesk: cannot derive the public key: ")


def test_genkey_makes_a_key_that_wg_takes(user):
    made = [user.wgdesk("genkey").stdout for _ in range(2)]
    assert made[0] != made[1]
    for key in made:
        theirs = subprocess.run(
            ["wg", "pubkey"], input=key, capture_output=True, check=True, text=True
        )
        assert user.wgdesk("pubkey", stdin=key.encode()).stdout == theirs.stdout


def test_genpsk_makes_32_bytes(user):
    assert len(user.wgdesk("genpsk").stdout) == 45


@pytest.mark.parametrize("verb", ["genkey", "genpsk"])
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o604])
def test_key_into_a_file_that_others_may_read_is_warned_of(user, tmp_path, verb, mode):
    path = tmp_path / "key"
    path.touch(mode)
    path.chmod(mode)
    told = []
    for command in (user.command(sys.executable, "-m", "wgdesk", verb), ["wg", verb]):
        with path.open("w") as file:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=user.environment,
                stdout=file,
                stderr=subprocess.PIPE,
                check=True,
            )
        told.append(done.stderr)
    assert told[0] == told[1]
    assert bool(told[0]) == bool(mode & 0o007)
