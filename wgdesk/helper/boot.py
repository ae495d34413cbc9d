"""Tunnels that come up when the machine starts: who may ask for that, and what then happens."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.errors import (
    AlreadyUp,
    BootCopyDamaged,
    Busy,
    HooksNotApproved,
    InvalidRequest,
    NoBootCopy,
    NotAuthorized,
    NotOwner,
)
from wgdesk.domain.log_line import LogKind
from wgdesk.domain.names import parse_tunnel_name
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.profile import Hook, Profile
from wgdesk.domain.snapshot import CheckOutcome
from wgdesk.domain.unit_name import boot_unit
from wgdesk.engine.diary import Entry
from wgdesk.helper import ascent, intake, prompts
from wgdesk.helper.approvals import Approvals
from wgdesk.helper.ascent import Ascent
from wgdesk.helper.boot_copies import BootCopies, StoredCopy
from wgdesk.helper.boot_units import BootUnits
from wgdesk.helper.caller import Caller
from wgdesk.helper.consent import Consent, Consents, Wish, too_long
from wgdesk.helper.table import Answer, Body, Deed
from wgdesk.wire import boot_codec, codec
from wgdesk.wire.options import decode_options

ROOT_UID: Final = 0
ROOTS_ALONE: Final = "only root does that; it is what the units of the boot call"
NO_KEY: Final = (
    "the profile has no private key in its file, and at boot there is nobody to ask for it"
)
NOBODY_RUNS: Final = "at boot nobody has logged in who could run the commands: say root or ignore"
NOBODY_KNOWS: Final = "?"  # in every language
WITHDRAWN: Final = "Connected at boot without its commands: their approval was withdrawn."
IGNORED: Final = "Connected at boot without its commands: they are not approved for that."
ROUTES_MET: Final = "Not connected at boot: its routes meet those of {others}, which is up."

_log = logging.getLogger(__name__)


class Engine(ascent.Engine, Protocol):
    async def check(
        self, owner_uid: int, name: str, profile: Profile, options: TunnelOptions
    ) -> CheckOutcome: ...
    async def check_hooks(self) -> None: ...


class Boot:
    """Understands the calls; the guard authorises what they come to.

    What comes up at boot is a copy that root keeps: nothing that its user, or a program of
    theirs, does to the profile afterwards changes what connects before anybody has logged in.

    Args:
        engine: Gives the engine, once it is loaded.
        write: Takes a line for the log of the tunnel's owner.
    """

    def __init__(
        self,
        engine: Callable[[], Awaitable[Engine]],
        copies: BootCopies,
        units: BootUnits,
        approvals: Approvals,
        ascent: Ascent,
        write: Callable[[Entry], None],
    ) -> None:
        self._engine, self._copies, self._units = engine, copies, units
        self._approvals, self._consents = approvals, Consents(approvals)
        self._ascent, self._write = ascent, write
        self._told: Callable[[int], None] = lambda _uid: None
        self._changing = asyncio.Lock()

    def on_change(self, told: Callable[[int], None], /) -> None:
        """Call `told(uid)` when that user's tunnels of the boot are others."""
        self._told = told

    async def set(self, caller: Caller, name: str, data: bytes, options: Mapping[str, str]) -> Deed:
        """Keep this text and bring it up at each boot.

        Raises:
            InvalidRequest: It has no private key, or commands that nobody could run.
            HooksNotApproved: The commands are too long for a dialog; names the way out.
            BootUnavailable, NameConflict, LimitExceeded: Before anybody is asked.
        """
        name, wanted = parse_tunnel_name(name), decode_options(options)
        if wanted.hooks is HookMode.ME:
            raise InvalidRequest(NOBODY_RUNS)
        profile, digest = await intake.read(data)
        if profile.interface.private_key is None:
            raise InvalidRequest(NO_KEY)
        wish = Wish(caller.uid, name, profile, digest, wanted)
        if wish.hooks:
            await (await self._engine()).check_hooks()
        await self._units.check(name)
        await asyncio.to_thread(self._copies.refuse, name, caller.uid)
        details = await intake.work(data, prompts.describe, name, profile, digest)
        consent = self._seek(wish, details)
        stored = StoredCopy(
            name,
            caller.uid,
            digest,
            int(time.time()),
            wanted if wish.hooks else replace(wanted, hooks=HookMode.IGNORE),
            len(profile.interface.hooks),
            data,
        )

        async def act() -> Body:
            self._consents.settle(consent)
            async with self._changing:
                await self._keep(stored)
            self._told(caller.uid)
            return []

        return Deed(consent.questions, act)

    async def clear(self, caller: Caller, name: str) -> Answer | Deed:
        """Bring it up no more and forget its text; what is up stays up. None is a success.

        Raises:
            NotOwner: It is another user's.
        """
        name = parse_tunnel_name(name)
        owner_uid = await self._owner(name)
        if owner_uid is None and name not in await asyncio.to_thread(self._copies.damaged):
            return Answer()
        if owner_uid not in (None, caller.uid) and caller.uid != ROOT_UID:
            raise NotOwner(f"it is another user who has {name} connected at boot")
        owner = NOBODY_KNOWS
        if owner_uid is not None:
            owner = await asyncio.to_thread(prompts.user_name, owner_uid)

        async def act() -> Body:
            async with self._changing:
                if await self._owner(name) not in (None, owner_uid):
                    raise Busy(f"{name} became another user's meanwhile")
                await self._units.disable(name)
                await asyncio.to_thread(self._copies.remove, name)
            self._told(caller.uid if owner_uid is None else owner_uid)
            return []

        return Deed((prompts.boot_off(name, owner),), act)

    async def list(self, caller: Caller) -> Answer:
        """The caller's own; root sees everybody's. Never the text."""
        stored = await asyncio.to_thread(self._copies.list)
        own = [it for it in stored if caller.uid in (it.owner_uid, ROOT_UID)]
        told = [await self._outline(it) for it in own]
        return Answer([codec.encode(boot_codec.copies_json(told))])

    async def start(self, caller: Caller, name: str) -> Deed:
        """What the unit calls: bring the copy up for its owner.

        It takes no other tunnel down: whoever has logged in meanwhile may have chosen that one.

        Raises:
            NoBootCopy, BootCopyDamaged: There is nothing that could be brought up.
        """
        if caller.uid != ROOT_UID:
            raise NotAuthorized(ROOTS_ALONE)
        name = parse_tunnel_name(name)
        stored = await asyncio.to_thread(self._copies.read, name)
        profile, digest = await intake.read(stored.content)
        if digest != stored.digest:
            raise self._copies.set_aside(name, "it does not say what was approved")
        details = await intake.work(stored.content, prompts.describe, name, profile, digest)

        async def act() -> Body:
            said = await self._bring_up(stored, profile)
            _log.info("%s: %s", name, said)
            return [said]

        return Deed((prompts.connect(details),), act)

    async def stop(self, caller: Caller, name: str) -> Deed:
        """What the unit calls when it is stopped: the tunnel of that name goes down."""
        if caller.uid != ROOT_UID:
            raise NotAuthorized(ROOTS_ALONE)
        name = parse_tunnel_name(name)
        engine = await self._engine()

        async def act() -> Body:
            for tunnel in tuple(engine.list()):
                if tunnel.name == name:
                    await engine.down(tunnel.id)
            return []

        return Deed((prompts.disconnect(name),), act)

    def _seek(self, wish: Wish, details: prompts.Details) -> Consent:
        """One question names it all; commands that nobody has approved yet are asked for apart."""
        asks_hooks = not self._consents.has_hooks(wish)
        commands = prompts.commands_text(wish.name, wish.hooks)
        fits = prompts.fits_a_dialog(commands)
        if asks_hooks and wish.uid != ROOT_UID and not fits:
            raise HooksNotApproved(too_long(wish.name))
        if not fits:  # somebody has read them on a terminal
            commands = f"{len(wish.hooks)} that were approved on a terminal"
        questions = [prompts.boot(details, commands)]
        if asks_hooks:
            questions.append(prompts.run_hooks(details, commands))
        return Consent(
            wish=wish,
            questions=tuple(questions),
            asks_profile=not self._consents.has_profile(wish),
            asks_hooks=asks_hooks,
        )

    async def _keep(self, stored: StoredCopy) -> None:
        """Both the copy and the unit, or what was there before."""
        await asyncio.to_thread(self._copies.refuse, stored.name, stored.owner_uid)
        before = await self._find(stored.name)
        await asyncio.to_thread(self._copies.save, stored)
        try:
            await self._units.enable(stored.name)
        except BaseException:
            if before is None:
                await asyncio.to_thread(self._copies.remove, stored.name)
            else:
                await asyncio.to_thread(self._copies.save, before)
            raise

    async def _bring_up(self, stored: StoredCopy, profile: Profile) -> str:
        engine = await self._engine()
        hooks = profile.interface.hooks
        approved = self._approved_hooks(stored, hooks)
        options = stored.options
        if approved is None:
            options = replace(options, hooks=HookMode.IGNORE)
        else:
            profile = replace(profile, interface=replace(profile.interface, hooks=approved))
        name, uid = stored.name, stored.owner_uid
        met = (await engine.check(uid, name, profile, options)).takes_over
        if met:
            said = ROUTES_MET.format(others=" and ".join(met))
            self._write(Entry(uid, name, LogKind.NOTICE, said))
            return said
        try:
            await self._ascent.bring_up(engine, uid, name, profile, options)
        except AlreadyUp:
            return "It is up already."
        said = "Connected at boot."
        if hooks and approved is None:
            said = WITHDRAWN if stored.options.hooks is HookMode.ROOT else IGNORED
            self._write(Entry(uid, name, LogKind.NOTICE, said))
        return said

    def _approved_hooks(self, stored: StoredCopy, hooks: Sequence[Hook]) -> tuple[Hook, ...] | None:
        """Those that root may run, as they are kept with the approvals; None for none."""
        if stored.options.hooks is not HookMode.ROOT:
            return None
        return self._approvals.find_hooks(stored.owner_uid, stored.name, hooks)

    async def _find(self, name: str) -> StoredCopy | None:
        try:
            return await asyncio.to_thread(self._copies.read, name)
        except (NoBootCopy, BootCopyDamaged):
            return None

    async def _owner(self, name: str) -> int | None:
        stored = await self._find(name)
        return stored.owner_uid if stored is not None else None

    async def _outline(self, stored: StoredCopy) -> BootCopy:
        return BootCopy(
            name=stored.name,
            owner_uid=stored.owner_uid,
            digest=stored.digest,
            when_unix_s=stored.when_unix_s,
            unit=boot_unit(stored.name),
            is_enabled=await self._units.is_enabled(stored.name),
            options=stored.options,
            commands=stored.commands,
        )
