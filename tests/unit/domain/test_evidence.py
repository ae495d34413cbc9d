"""What came back, and what follows from it."""

import pytest

from wgdesk.domain.evidence import Evidence, Refusal, conclude
from wgdesk.domain.finding import CAUSES, Finding

NOTHING = Evidence()
PINGED = Evidence(is_alive=True)
REACHED = Evidence(is_alive=True, has_udp_answer=True)


@pytest.mark.parametrize(
    ("evidence", "finding"),
    [
        (NOTHING, Finding.UNREACHABLE),
        (PINGED, Finding.UDP_BLOCKED),
        (REACHED, Finding.NOT_RECOGNISED),
        (Evidence(refusal=Refusal.NO_ROUTE), Finding.NO_ROUTE),
        (Evidence(refusal=Refusal.BLOCKED_HERE), Finding.BLOCKED_HERE),
        (Evidence(refusal=Refusal.NO_HOST), Finding.UNREACHABLE),
        (Evidence(refusal=Refusal.NO_HOST, is_alive=True), Finding.UDP_BLOCKED),
        (Evidence(refusal=Refusal.FORBIDDEN), Finding.UDP_BLOCKED),
        (Evidence(refusal=Refusal.FORBIDDEN, is_alive=True), Finding.UDP_BLOCKED),
        (
            Evidence(refusal=Refusal.PORT_CLOSED, is_alive=True, has_udp_answer=True),
            Finding.PORT_CLOSED,
        ),
        (Evidence(is_local=True), None),
        (Evidence(is_local=True, refusal=Refusal.PORT_CLOSED), Finding.PORT_CLOSED),
    ],
)
def test_finding_follows_from_what_came_back(evidence, finding):
    assert conclude(evidence, clock_is_behind=False) is finding


@pytest.mark.parametrize("evidence", [NOTHING, PINGED, REACHED, Evidence(is_local=True)])
def test_a_clock_that_went_back_explains_silence(evidence):
    assert conclude(evidence, clock_is_behind=True) is Finding.CLOCK_BEHIND


@pytest.mark.parametrize("refusal", list(Refusal))
def test_a_clock_that_went_back_explains_no_refusal(refusal):
    found = conclude(Evidence(refusal=refusal), clock_is_behind=True)
    assert found is conclude(Evidence(refusal=refusal), clock_is_behind=False)


def test_every_finding_has_words_of_its_own():
    assert set(CAUSES) == set(Finding)
    texts = [text for it in CAUSES.values() for text in (it.sentence, it.remedy)]
    assert len(set(texts)) == 2 * len(Finding)
    assert all(text[0].isupper() and text.endswith(".") for text in texts)
    assert not any("Connected" in text for text in texts)
