import pytest

from wgdesk.domain.errors import Busy, LimitExceeded
from wgdesk.helper.caller import Caller
from wgdesk.helper.subscribers import IN_ALL, PER_USER, Subscribers

ALICE, BOB = 1000, 1001


class FakeCallers:
    """Who is there, and who is told when one leaves."""

    def __init__(self):
        self.gone, self.watched = set(), {}

    def watch(self, sender, told):
        self.watched[sender] = told

    def unwatch(self, sender, told):
        del self.watched[sender]

    async def is_there(self, sender):
        return sender not in self.gone


class Quiet:
    def send(self, message):
        pass


@pytest.fixture
def callers():
    return FakeCallers()


@pytest.fixture
def subscribers(callers):
    return Subscribers(Quiet(), callers)


async def fill(subscribers, uid=ALICE, number=PER_USER):
    for which in range(number):
        await subscribers.add(Caller(f":{uid}.{which}", uid))


async def test_a_user_has_four_places_and_others_have_theirs(subscribers):
    await fill(subscribers)
    with pytest.raises(LimitExceeded):
        await subscribers.add(Caller(":1.9", ALICE))
    await fill(subscribers, BOB)
    assert len(subscribers) == 2 * PER_USER


async def test_a_place_is_free_where_the_news_of_leaving_was_lost(subscribers, callers):
    await fill(subscribers)
    callers.gone = {f":{ALICE}.0"}
    await subscribers.add(Caller(":1.9", ALICE))
    assert len(subscribers) == PER_USER
    assert f":{ALICE}.0" not in callers.watched


async def test_all_users_together_have_a_limit_that_the_gone_make_room_in(subscribers, callers):
    for uid in range(IN_ALL // PER_USER):
        await fill(subscribers, uid)
    with pytest.raises(LimitExceeded):
        await subscribers.add(Caller(":1.9", ALICE))
    callers.gone = {":7.0"}
    await subscribers.add(Caller(":1.9", ALICE))
    assert len(subscribers) == IN_ALL


async def test_who_leaves_while_being_added_is_not_kept(subscribers, callers):
    callers.gone = {":1.9"}
    with pytest.raises(Busy):
        await subscribers.add(Caller(":1.9", ALICE))
    assert len(subscribers) == 0
    assert callers.watched == {}
