"""What is asked before a profile comes up, and what a yes is good for."""

from dataclasses import replace

import pytest

from tests.support.conf_vectors import PRIVATE, PUBLIC, key
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import Busy, HooksNotApproved
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.profile import Hook, HookKind
from wgdesk.domain.render import digest
from wgdesk.helper.approvals import Approvals, hooks_digest
from wgdesk.helper.consent import Consents, Wish
from wgdesk.wire import names

ALICE, BOB, ROOT = 1000, 1001, 0
AS_ROOT = TunnelOptions(hooks=HookMode.ROOT)
TEXT = f"""[Interface]
PrivateKey = {PRIVATE}
Address = 10.66.0.2/32
DNS = 10.66.0.1
PostUp = touch up
PreDown = touch down

[Peer]
PublicKey = {PUBLIC}
AllowedIPs = 10.66.0.0/24
Endpoint = 198.51.100.7:51820
"""
CONNECT, APPROVE, RUN = "connect", "approve-profile", "run-hooks"


@pytest.fixture
def approvals(tmp_path):
    return Approvals(tmp_path / "approvals.json")


@pytest.fixture
def consents(approvals):
    return Consents(approvals)


def wish(text=TEXT, *, uid=ALICE, name="home", options=AS_ROOT):
    profile = read_profile(text.encode())
    return Wish(uid, name, profile, digest(profile), options)


def asked(consents, wanted):
    consent = consents.seek(wanted, {"profile": wanted.name})
    return [question.action.removeprefix("org.wgdesk.") for question in consent.questions]


def granted(consents, wanted):
    return consents.settle(consents.seek(wanted, {"profile": wanted.name}))


def test_everything_is_asked_once(consents):
    assert asked(consents, wish()) == [CONNECT, APPROVE, RUN]
    granted(consents, wish())
    assert asked(consents, wish()) == [CONNECT]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[Interface]", "# a comment\n[Interface]"),
        ("Address = 10.66.0.2/32", "address=10.66.0.2/32   # mine"),
        ("\n\n[Peer]", "\n\n\n\n[Peer]\n\n"),
        (f"PrivateKey = {PRIVATE}\nAddress = 10.66.0.2/32", f"Address = 10.66.0.2/32\nPrivateKey = {PRIVATE}"),
        ("AllowedIPs = 10.66.0.0/24\nEndpoint = 198.51.100.7:51820", "Endpoint = 198.51.100.7:51820\nAllowedIPs = 10.66.0.7/24"),
        ("PostUp = touch up\nPreDown = touch down", "POSTUP=touch up\nPreDown =  touch down  "),
        ("DNS = 10.66.0.1\nPostUp = touch up\n", "PostUp = touch up\nDNS = 10.66.0.1\n"),
        ("\n", "\r\n"),
    ],
)  # fmt: skip
def test_what_only_looks_different_is_not_asked_again(consents, before, after):
    granted(consents, wish())
    changed = TEXT.replace(before, after)
    assert changed != TEXT
    assert asked(consents, wish(changed)) == [CONNECT]


@pytest.mark.parametrize(
    ("before", "after", "questions"),
    [
        ("198.51.100.7:51820", "198.51.100.8:51820", [CONNECT, APPROVE]),
        (":51820", ":51821", [CONNECT, APPROVE]),
        (PUBLIC, key(9), [CONNECT, APPROVE]),
        (PRIVATE, key(3), [CONNECT, APPROVE]),
        ("10.66.0.0/24", "10.66.0.0/23", [CONNECT, APPROVE]),
        ("10.66.0.2/32", "10.66.0.3/32", [CONNECT, APPROVE]),
        ("10.66.0.1\n", "10.66.0.9\n", [CONNECT, APPROVE]),
        ("DNS", "MTU = 1300\nDNS", [CONNECT, APPROVE]),
        ("DNS", "Table = off\nDNS", [CONNECT, APPROVE]),
        ("touch up", "touch  up", [CONNECT, APPROVE, RUN]),
        ("PostUp", "PreUp", [CONNECT, APPROVE, RUN]),
        ("PreDown = touch down\n", "", [CONNECT, APPROVE, RUN]),
    ],
)
def test_what_means_something_else_is_asked_again(consents, before, after, questions):
    granted(consents, wish())
    changed = TEXT.replace(before, after)
    assert changed != TEXT
    assert asked(consents, wish(changed)) == questions


@pytest.mark.parametrize("mode", [HookMode.IGNORE, HookMode.ME])
def test_a_profile_is_approved_without_its_commands(consents, approvals, mode):
    wanted = wish(options=TunnelOptions(hooks=mode))
    assert asked(consents, wanted) == [CONNECT, APPROVE]
    assert granted(consents, wanted) == wanted.profile
    assert asked(consents, wish()) == [CONNECT, RUN]
    assert [it.hooks for it in approvals.list(ALICE)] == [()]


@pytest.mark.parametrize("other", [wish(uid=BOB), wish(name="work")])
def test_an_approval_is_good_for_its_user_and_name(consents, other):
    granted(consents, wish())
    assert asked(consents, other) == [CONNECT, APPROVE, RUN]


def test_the_stored_commands_are_the_ones_that_run(consents, approvals, monkeypatch):
    granted(consents, wish())
    stored = (Hook(HookKind.POST_UP, "from the store"),)
    monkeypatch.setattr(approvals, "find_hooks", lambda *_: stored)
    agreed = granted(consents, wish())
    assert agreed.interface.hooks == stored
    asked_for = wish().profile
    assert replace(agreed, interface=replace(agreed.interface, hooks=())) == replace(
        asked_for, interface=replace(asked_for.interface, hooks=())
    )


@pytest.mark.parametrize("mode", [HookMode.IGNORE, HookMode.ROOT])
def test_what_is_revoked_while_polkit_is_asked_does_not_count(consents, approvals, mode):
    wanted = wish(options=TunnelOptions(hooks=mode))
    granted(consents, wanted)
    consent = consents.seek(wanted, {})
    approvals.revoke(ALICE, approvals.list(ALICE)[-1].digest)
    with pytest.raises(Busy, match="withdrawn"):
        consents.settle(consent)
    assert len(approvals.list(ALICE)) == (1 if mode is HookMode.ROOT else 0)


def test_a_dialog_shows_the_whole_commands(consents):
    text = TEXT.replace("touch up", "wg show %i | tee $(id) <x >y && true\t# é")
    *_, question = consents.seek(wish(text), {}).questions
    assert question.action == names.ACTION_RUN_HOOKS
    assert question.commands == (
        "PostUp: wg show home | tee ＄(id) ＜x ＞y ＆＆ true # é\nPreDown: touch down"  # noqa: RUF001  # as it is shown
    )


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        (TEXT.replace("touch up", "x" * (400 - len("PostUp: \nPreDown: touch down"))), True),
        (TEXT.replace("touch up", "x" * (401 - len("PostUp: \nPreDown: touch down"))), False),
        (TEXT.replace("DNS", "PreUp = a\n" * 4 + "DNS"), True),
        (TEXT.replace("DNS", "PreUp = a\n" * 5 + "DNS"), False),
        (TEXT.replace("touch up", "x" * 5000), False),
    ],
)
def test_commands_that_fit_no_dialog_are_refused_with_the_way_out(consents, text, fits):
    if fits:
        assert asked(consents, wish(text)) == [CONNECT, APPROVE, RUN]
        return
    with pytest.raises(HooksNotApproved, match=r"sudo wgdesk-admin hooks approve home$"):
        consents.seek(wish(text), {})
    assert asked(consents, wish(text, uid=ROOT)) == [CONNECT, APPROVE, RUN]


def test_long_commands_that_root_has_approved_are_not_asked_for(consents, approvals):
    text = TEXT.replace("touch up", "x" * 5000)
    approvals.add_hooks(ALICE, "home", read_profile(text.encode()).interface.hooks)
    assert asked(consents, wish(text)) == [CONNECT, APPROVE]


def test_commands_whose_approval_was_withdrawn_do_not_run_again_unasked(consents, approvals):
    hooks = granted(consents, wish()).interface.hooks
    consents.let_return(ALICE, "home", hooks)
    consents.let_return(ALICE, "home", ())
    approvals.revoke(ALICE, hooks_digest(hooks))
    with pytest.raises(HooksNotApproved, match="not approved any more"):
        consents.let_return(ALICE, "home", hooks)
    consents.let_return(ALICE, "home", ())
