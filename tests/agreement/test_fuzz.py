"""A million texts that nobody thought of, and `wg` and wg-quick asked about all that are new.

What `ip` decides at `up` is asked of `ip` itself, word by word.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from random import Random

import pytest

from tests.labs import ns
from tests.labs.fixtures import require
from tests.support.agreement import UP_DECIDES, Tally, compare, listed_codes
from tests.support.fuzz import Haul, hunt, without_twins
from tests.support.mutations import SECRETS
from tests.support.quick_rules import (
    is_plain,
    strip_all,
    takes_address,
    takes_mtu,
    takes_table,
)
from tests.support.wg_device import Names, WgDevice
from wgdesk.domain.conf import parse
from wgdesk.domain.conf_addresses import parse_address
from wgdesk.domain.conf_lexer import split_line
from wgdesk.domain.conf_report import BadValue
from wgdesk.domain.conf_values import parse_mtu, parse_table

# The same texts in every run; WGDESK_FUZZ_SEED makes the second half others.
SEED = 20210914
PARSES = 500_000  # for each of two processes, which take a minute or two
MOST_JUDGED = 4_000  # three programs are asked about each
DEVICE = "fuzz0"

pytestmark = pytest.mark.timeout(900)  # whichever test is first waits for the million


@pytest.fixture(scope="module")
def hauls() -> tuple[Haul, ...]:
    """The finds of both seeds."""
    require("ns", ns.missing())
    seeds = SEED, int(os.environ.get("WGDESK_FUZZ_SEED", SEED + 1))
    spawn = multiprocessing.get_context("spawn")  # this process has threads and namespaces
    with ProcessPoolExecutor(len(seeds), mp_context=spawn) as pool:
        return tuple(pool.map(hunt, seeds, [PARSES] * len(seeds)))


@pytest.fixture(scope="module")
def texts(hauls: tuple[Haul, ...]) -> list[bytes]:
    """Finds, and a random few of the texts that were none."""
    found = without_twins(hauls)
    return Random(SEED).sample(found, min(MOST_JUDGED, len(found)))  # noqa: S311  # no secrets


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory, texts: list[bytes]) -> Iterator[WgDevice]:
    """A device in a namespace that this thread is in, where every name of the texts is known."""
    host = ns.new_host("fuzz")
    try:
        with host.enter():
            names = Names(tmp_path_factory.mktemp("names"))
            for text in texts:
                names.learn(text)
            yield WgDevice(host, DEVICE, tmp_path_factory.mktemp("wg"))
            names.forget()
    finally:
        host.close()


def values_of(key: str, texts: list[bytes]) -> Iterator[str]:
    """What stands behind the key, wherever it is."""
    for text in texts:
        for line in text.decode("utf-8", "surrogateescape").split("\n"):
            name, value = split_line(line)
            if value and name.lower() == key.lower():
                yield value


def test_parser_agrees_with_wg_on_all_that_a_million_texts_show(
    hauls, texts, device, tmp_path, record_property
):
    parses = sum(haul.parses for haul in hauls)
    finds = sum(len(haul.finds) for haul in hauls)
    figure = f"{parses} parses, {finds} finds, {len(texts)} texts put before wg"
    record_property("figure", figure)
    print(f"\n{figure}; seeds {[haul.seed for haul in hauls]}")
    assert parses >= 1_000_000
    tally = Tally(listed_codes("Refused") | UP_DECIDES)
    compare(tally, device, zip(texts, strip_all(texts, tmp_path), strict=True))
    tally.check("a million texts")
    assert tally.accepted > 1000
    assert tally.refused_texts > 1000


def test_addresses_are_what_ip_takes_for_one(texts, device):
    lists = values_of("Address", texts)
    words = {word.strip() for value in lists for word in value.split(",")}
    require_agreement(words, lambda word: takes_address(DEVICE, word), parse_address)


def test_mtus_are_what_ip_takes_for_one(texts, device):
    words = set(values_of("MTU", texts))
    require_agreement(words, lambda word: takes_mtu(DEVICE, word), parse_mtu)


def test_tables_are_what_ip_takes_for_one(texts, device):
    words = {word for word in values_of("Table", texts) if word[:1].isdigit()}
    require_agreement(words, takes_table, parse_table)


def require_agreement(words: set[str], takes: Callable[[str], bool], read) -> None:
    """What is taken here is taken there; what is taken there alone is on the list."""
    meant = listed_codes("Refused")
    asked = {word: code_of(read, word) for word in sorted(words) if is_plain(word)}
    unlike = {
        word: code
        for word, code in asked.items()
        if code not in meant and takes(word) is not (code == "")
    }
    print(f"\n{len(asked)} words, {list(asked.values()).count('')} taken")
    assert unlike == {}


def code_of(read, word: str) -> str:
    try:
        read(word)
    except BadValue as bad:
        return bad.code
    return ""


def test_no_text_has_its_keys_told(texts):
    """In problems nothing of any key; in a profile's repr not what is its private key."""
    shown = 0
    for text in texts:
        document = parse(text)
        told = f"{document!r}{document.problems}"
        assert not any(secret[at : at + 12] in told for secret in SECRETS for at in range(30)), text
        key = document.profile.interface.private_key if document.profile else None
        if key and text.count(key.base64()[:43].encode()) == 1:
            shown += 1
            assert key.base64()[:43] not in repr(document.profile), text
    assert shown > 100
