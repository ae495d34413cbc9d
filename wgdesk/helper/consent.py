"""What has to be answered with yes before a profile is used, and what an answer is good for."""

from dataclasses import dataclass, replace
from typing import Final

from wgdesk.domain.errors import Busy, HooksNotApproved
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.profile import Hook, Profile
from wgdesk.helper import prompts
from wgdesk.helper.approvals import Approvals
from wgdesk.helper.authority import Question

ROOT_UID: Final = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """A profile that a user wants to have up.

    Attributes:
        digest: Of the profile's canonical form.
    """

    uid: int
    name: str
    profile: Profile
    digest: str
    options: TunnelOptions

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """The commands that are to run as root."""
        return self.profile.interface.hooks if self.options.hooks is HookMode.ROOT else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The questions that a wish comes to; good for what was asked and nothing else."""

    wish: Wish
    questions: tuple[Question, ...]
    asks_profile: bool
    asks_hooks: bool


class Consents:
    """Knows from the approvals what is left to ask."""

    def __init__(self, approvals: Approvals) -> None:
        self._approvals = approvals

    def has_profile(self, wish: Wish) -> bool:
        return self._approvals.has(wish.uid, wish.name, wish.digest)

    def has_hooks(self, wish: Wish) -> bool:
        """Also where there are none to run as root."""
        return not wish.hooks or self._stored_hooks(wish) is not None

    def let_return(self, uid: int, name: str, hooks: tuple[Hook, ...]) -> None:
        """Whether commands that ran before may run again, unasked.

        Raises:
            HooksNotApproved: Their approval was withdrawn meanwhile.
        """
        if hooks and self._approvals.find_hooks(uid, name, hooks) is None:
            raise HooksNotApproved(f"the commands of {name} are not approved any more")

    def seek(self, wish: Wish, details: prompts.Details) -> Consent:
        """The questions for a wish.

        Raises:
            HooksNotApproved: The commands are too long for a dialog; names the way out.
        """
        asks_profile, asks_hooks = not self.has_profile(wish), not self.has_hooks(wish)
        questions = [prompts.connect(details)]
        if asks_profile:
            questions.append(prompts.approve(details))
        if asks_hooks:
            commands = prompts.commands_text(wish.name, wish.hooks)
            if wish.uid != ROOT_UID and not prompts.fits_a_dialog(commands):
                raise HooksNotApproved(too_long(wish.name))
            questions.append(prompts.run_hooks(details, commands))
        return Consent(
            wish=wish,
            questions=tuple(questions),
            asks_profile=asks_profile,
            asks_hooks=asks_hooks,
        )

    def settle(self, consent: Consent) -> Profile:
        """Every answer was yes: remember that; the profile with the commands that may run.

        Raises:
            Busy: What was allowed before is not any more.
            HelperError: It could not be saved.
        """
        wish = consent.wish
        if consent.asks_profile:
            self._approvals.add(wish.uid, wish.name, wish.digest)
        if consent.asks_hooks:
            self._approvals.add_hooks(wish.uid, wish.name, wish.hooks)
        stored = self._stored_hooks(wish) if wish.hooks else wish.profile.interface.hooks
        if stored is None or not self.has_profile(wish):
            raise Busy("the approval was withdrawn meanwhile")
        return replace(wish.profile, interface=replace(wish.profile.interface, hooks=stored))

    def _stored_hooks(self, wish: Wish) -> tuple[Hook, ...] | None:
        return self._approvals.find_hooks(wish.uid, wish.name, wish.hooks)


def too_long(name: str) -> str:
    return (
        "the commands of this profile are too long for a password dialog; an administrator "
        f"reads and approves them on a terminal: sudo wgdesk-admin hooks approve {name}"
    )
