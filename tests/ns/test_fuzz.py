"""A million texts: what the parser says of each that is something new, `wg` says too."""

import time
from collections.abc import Iterator
from random import Random

import pytest

from tests.labs import ns
from tests.labs.fixtures import require
from tests.support.agreement import Tally, listed_codes, without_signs
from tests.support.fuzzer import hunt_on_each_core
from tests.support.wg_device import Names, WgDevice, expected_device
from wgdesk.domain.conf import parse

PARSES = 1_000_000
FIXED_SEED = 20261128
MOST_JUDGED = 4_000


@pytest.fixture(scope="module")
def device(tmp_path_factory) -> Iterator[tuple[WgDevice, Names]]:
    require("ns", ns.missing())
    host = ns.new_host("fuzz")
    names = Names(tmp_path_factory.mktemp("names"))
    try:
        with host.enter():
            yield WgDevice(host, "fuzz0", tmp_path_factory.mktemp("wg")), names
    finally:
        names.forget()
        host.close()


def judge(device: WgDevice, names: Names, tally: Tally, text: bytes) -> None:
    names.learn(text)
    they_accept = device.takes(text)
    plain = None if they_accept else without_signs(text)
    if plain is not None:  # only newer programs know signs
        text, they_accept = plain, device.takes(plain)
    profile = tally.add(text, they_accept=they_accept)
    if profile is not None:
        expected, shown = expected_device(profile), device.show()
        assert expected.peers == shown.peers, text


@pytest.mark.timeout(600)  # a million of them
def test_wg_says_the_same_of_every_text_that_is_something_new(device, capsys):
    fresh = int(time.time())
    found = hunt_on_each_core(FIXED_SEED, PARSES // 2)
    also = hunt_on_each_core(fresh, PARSES - PARSES // 2)
    parses, finds = found.parses + also.parses, found.finds + also.finds
    assert parses >= PARSES
    assert len(finds) > 500, "it finds nothing"
    draw = Random(fresh)  # noqa: S311  # no secrets
    draw.shuffle(finds)
    judged = finds[:MOST_JUDGED] + draw.sample(found.others + also.others, 200)
    tally = Tally(listed_codes("Refused"))
    for text in judged:
        judge(*device, tally, text)
    with capsys.disabled():
        print(
            f"\nfuzz: seeds {FIXED_SEED} and {fresh}: {parses:,} parses, {len(finds):,} finds,",
            end="",
        )
        print(f" {len(judged):,} put before wg")
    tally.check("fuzzed")


def test_no_text_makes_a_problem_tell_a_key():
    for text in hunt_on_each_core(FIXED_SEED, 4_000).finds[:1_500]:
        document = parse(text)
        profile = document.profile
        keys = [profile.interface.private_key] if profile else []
        keys += [peer.preshared_key for peer in profile.peers] if profile else []
        told = (
            repr(document)
            + "".join(f"{it.text}{it.fix}" for it in document.problems)
            + repr(profile)
        )
        assert not any(key.base64() in told for key in keys if key)
