"""Every failure wgdesk raises on purpose.

WgdeskError
  InvalidName          a tunnel name the kernel or wg-quick would refuse
  InvalidProfile       profile text is wrong; carries the problems
  EngineError          the machine refused a step
    KernelRefused      netlink said no; carries the errno
    EngineFailed       the userspace engine did not start or did not answer
    EngineMissing      neither the kernel module nor a userspace engine is there
    EndpointUnresolved a peer's host name has no address
    NameConflict       the interface name is in use by somebody else
    MarkTaken          the profile's FwMark steers other traffic already
    TableUnknown       the profile names a Table that this machine has no number for
    TableTaken         the profile's Table belongs to another tunnel or to the system
    DnsFailed          the profile's name servers could not be applied
    FirewallFailed     nftables refused the tunnel's rules
    HookFailed         a command of the profile failed or took too long
    StateNotSaved      the helper could not note what it is about to do
    HooksUnavailable   commands cannot be run as root on this machine
    TakeOverFailed     the tunnel did not come up; those it took over from are up again
    RollbackIncomplete the undo failed too: the machine may be half configured
  HelperError          the privileged side refused the request
    NotAuthorized      polkit said no, or polkit is not there (fail closed)
    AuthRequired       it could succeed with a password prompt
    HooksNotApproved   the commands are too long for a dialog and wait for an administrator
    NotOwner           the tunnel belongs to another user
    NoSuchTunnel       no tunnel has that id
    AlreadyUp          the tunnel is up already
      UpOtherwise      it is, and its profile has been edited since
    RoutesTaken        another user's tunnel carries the same traffic
    Busy               the tunnel is being changed right now
    LimitExceeded      too many calls, tunnels or bytes
    InvalidRequest     unknown method, option or argument
    ClientTooOld       the helper no longer speaks as this window or command does
    InternalError      a bug; carries a random incident id, details are in the journal
  ClientError          the user's side cannot go on
    HelperUnreachable  no system bus, no helper on it, or it went away
    HelperTooOld       it is there, and does not know what is asked of it
    HostUnresolved     a name that was asked about has no address
    RestoreFailed      something of wgdesk is left in the network after a reset
    NoSuchProfile      no file of that name in the profile folder
    ProfileUnreadable  the file is there but may not or should not be read
    PreferencesUnwritable  a choice could not be remembered
    LogNotSaved        the lines of the log could not be written into a file
    LoginStartRefused  the desktop does not start it at login
    ProfileNotSaved    the file could not be changed and is as it was
  SandboxFailed        the demo's private world could not be built, or broke

`code` is stable and is the last part of the error's name on the bus. Data are
attributes; `str(error)` is one sentence; `remedy` says what to do, or is empty.
"""

from typing import ClassVar

from wgdesk.domain.problem import Problem, Severity


class WgdeskError(Exception):
    code: ClassVar[str] = "Error"
    remedy: str = ""


class _Why(WgdeskError):
    """A sentence that is the same but for the reason, which stands for its {}."""

    words: ClassVar[str]

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return self.words.format(self.why)


class InvalidName(WgdeskError):
    code = "InvalidName"
    remedy = "Rename it: up to 15 letters, digits and _ = + . -, for it names a network interface."

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, why)
        self.name, self.why = name, why

    def __str__(self) -> str:
        return f"“{self.name}” cannot be a tunnel name: {self.why}"


class InvalidProfile(WgdeskError):
    code = "InvalidProfile"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems
        errors = tuple(problem for problem in problems if problem.severity is Severity.ERROR)
        self.errors = errors or problems
        self.remedy = self.errors[0].fix

    def __str__(self) -> str:
        first = self.errors[0]
        more = len(self.errors) - 1
        rest = f" (and {more} more)" if more else ""
        return f"line {first.line}, column {first.column}: {first.text}{rest}"


class EngineError(WgdeskError):
    code = "EngineError"


class KernelRefused(EngineError):
    code = "KernelRefused"

    def __init__(self, operation: str, errno: int, text: str) -> None:
        super().__init__(operation, errno, text)
        self.operation, self.errno, self.text = operation, errno, text

    def __str__(self) -> str:
        return f"the kernel refused to {self.operation}: {self.text}"


class EngineFailed(_Why, EngineError):
    code = "EngineFailed"
    words = "the userspace engine failed: {}"


class EngineMissing(_Why, EngineError):
    code = "EngineMissing"
    remedy = "Install wireguard-go, or reboot if the kernel was updated since the last boot."
    words = "this machine has no WireGuard: {}"


class EndpointUnresolved(EngineError):
    code = "EndpointUnresolved"
    remedy = "Check the host name in the profile and that this machine is online."

    def __init__(self, host: str, why: str) -> None:
        super().__init__(host, why)
        self.host, self.why = host, why

    def __str__(self) -> str:
        return f"the endpoint “{self.host}” has no address: {self.why}"


class NameConflict(EngineError):
    code = "NameConflict"
    remedy = "Take that interface down with the program that made it, or rename the profile."

    def __init__(self, name: str, holder: str) -> None:
        super().__init__(name, holder)
        self.name, self.holder = name, holder

    def __str__(self) -> str:
        return f"an interface named “{self.name}” exists already and belongs to {self.holder}"


class MarkTaken(EngineError):
    code = "MarkTaken"
    remedy = "Remove FwMark from the profile, and a free one is chosen."

    def __init__(self, mark: int) -> None:
        super().__init__(mark)
        self.mark = mark

    def __str__(self) -> str:
        return f"the mark {self.mark:#x} is in use: a routing rule of this machine goes by it"


class TableUnknown(_Why, EngineError):
    code = "TableUnknown"
    remedy = "Add it with a number to /etc/iproute2/rt_tables, or write the number."
    words = "no routing table of this machine is called “{}”"


class TableTaken(EngineError):
    code = "TableTaken"
    remedy = "Remove Table from the profile, and a free one is chosen."

    def __init__(self, table: int, holder: str = "another tunnel") -> None:
        super().__init__(table, holder)
        self.table, self.holder = table, holder

    def __str__(self) -> str:
        return f"the routing table {self.table} belongs to {self.holder}"


class DnsFailed(_Why, EngineError):
    code = "DnsFailed"
    remedy = "To connect without them, bring it up with --dns=ignore."
    words = "the name servers of the profile cannot be applied: {}"


class FirewallFailed(_Why, EngineError):
    code = "FirewallFailed"
    remedy = "Install nftables, or update the kernel's modules by a reboot."
    words = "the firewall rules of the tunnel cannot be loaded: {}"


class HookFailed(EngineError):
    code = "HookFailed"
    remedy = "Mend the command in the profile, or connect without running its commands."

    def __init__(self, kind: str, number: int, why: str) -> None:
        super().__init__(kind, number, why)
        self.kind, self.number, self.why = kind, number, why

    def __str__(self) -> str:
        return f"the command {self.kind} {self.number} failed: {self.why}"


class StateNotSaved(_Why, EngineError):
    code = "StateNotSaved"
    remedy = "Make room in /run."
    words = "the helper cannot note what it is about to do: {}"


class HooksUnavailable(_Why, EngineError):
    code = "HooksUnavailable"
    remedy = "Connect without them (--hooks=ignore), or run them as yourself (--hooks=me)."
    words = "the commands of the profile cannot be run as root here: {}"


class TakeOverFailed(EngineError):
    code = "TakeOverFailed"

    def __init__(self, cause: str, restored: tuple[str, ...]) -> None:
        super().__init__(cause, restored)
        self.cause, self.restored = cause, restored

    def __str__(self) -> str:
        names = " and ".join(f"“{name}”" for name in self.restored)
        if len(self.restored) == 1:
            return f"{self.cause}; {names} is up again"
        return f"{self.cause}; {names} are up again"


class RollbackIncomplete(EngineError):
    code = "RollbackIncomplete"
    remedy = "Remove what is left by hand, or reboot."

    def __init__(self, cause: str, left: tuple[str, ...]) -> None:
        super().__init__(cause, left)
        self.cause, self.left = cause, left

    def __str__(self) -> str:
        return f"{self.cause}; and undoing it failed too, left behind: {', '.join(self.left)}"


class HelperError(WgdeskError):
    """Refused by the privileged side; the text comes from there.

    Attributes:
        text: One sentence; the class default where the caller gives none.
    """

    code = "HelperError"
    default: ClassVar[str] = "the helper refused the request"

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text or self.default

    def __str__(self) -> str:
        return self.text


class NotAuthorized(HelperError):
    code = "NotAuthorized"
    default = "you are not authorised to do that"
    remedy = "Ask an administrator of this machine."


class AuthRequired(HelperError):
    code = "AuthRequired"
    default = "an administrator must authorise that, and nobody could be asked"
    remedy = "Try again where a password prompt can appear (a desktop session)."


class HooksNotApproved(HelperError):
    code = "HooksNotApproved"
    default = "an administrator has not approved the commands of the profile"
    remedy = "To connect without them: --hooks=ignore"


class NotOwner(HelperError):
    code = "NotOwner"
    default = "that tunnel belongs to another user"
    remedy = "Ask that user to take it down."


class NoSuchTunnel(HelperError):
    code = "NoSuchTunnel"
    default = "there is no such tunnel"


class AlreadyUp(HelperError):
    code = "AlreadyUp"
    default = "the tunnel is up already"


class UpOtherwise(AlreadyUp):
    code = "UpOtherwise"
    default = "the tunnel is up already, as another text of its profile says"
    remedy = "To apply the profile as it is now without taking the tunnel down: wgdesk sync NAME"


class RoutesTaken(HelperError):
    code = "RoutesTaken"
    default = "another user's tunnel carries the same traffic"
    remedy = "Ask that user, or an administrator, to take it down."


class Busy(HelperError):
    code = "Busy"
    default = "the tunnel is being changed right now"
    remedy = "Try again in a moment."


class LimitExceeded(HelperError):
    code = "LimitExceeded"
    default = "that is more than the helper accepts"


class InvalidRequest(HelperError):
    code = "InvalidRequest"
    default = "the helper does not understand that request"
    remedy = "Make sure that the window and the helper have the same version."


class ClientTooOld(HelperError):
    code = "ClientTooOld"
    default = "the helper is newer than this program and no longer speaks with it"
    remedy = "Install the newest package wgdesk, then start this program again."


class InternalError(HelperError):
    code = "InternalError"
    default = "a bug in the helper"
    remedy = "The helper's journal has the details: journalctl -u wgdesk-helper"


class ClientError(WgdeskError):
    code = "ClientError"


class HelperUnreachable(ClientError):
    code = "HelperUnreachable"

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why)
        self.why, self.remedy = why, remedy

    def __str__(self) -> str:
        return f"the helper cannot be reached: {self.why}"


class HelperTooOld(ClientError):
    code = "HelperTooOld"
    remedy = "Install the newest package wgdesk-helper; tunnels stay up meanwhile."

    def __str__(self) -> str:
        return "the helper is older than this program and cannot do that yet"


class HostUnresolved(ClientError):
    code = "HostUnresolved"
    remedy = "Check the name and that this machine is online."

    def __init__(self, host: str, why: str) -> None:
        super().__init__(host, why)
        self.host, self.why = host, why

    def __str__(self) -> str:
        return f"“{self.host}” has no address: {self.why}"


class HostHidden(HostUnresolved):
    """Names cannot be looked up here at all."""

    code = "HostHidden"
    remedy = "Give its address instead of its name."


class RestoreFailed(_Why, ClientError):
    code = "RestoreFailed"
    remedy = "As an administrator: sudo /usr/libexec/wgdesk/wgdesk-reset"
    words = "{}"


class NoSuchProfile(ClientError):
    code = "NoSuchProfile"

    def __init__(self, name: str, folder: str) -> None:
        super().__init__(name, folder)
        self.name, self.folder = name, folder

    def __str__(self) -> str:
        return f"no profile named “{self.name}” in {self.folder}"


class ProfileUnreadable(ClientError):
    code = "ProfileUnreadable"

    def __init__(self, path: str, why: str, remedy: str = "") -> None:
        super().__init__(path, why)
        self.path, self.why, self.remedy = path, why, remedy

    def __str__(self) -> str:
        return f"{self.path} cannot be read: {self.why}"


class PreferencesUnwritable(ClientError):
    code = "PreferencesUnwritable"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path, self.why = path, why

    def __str__(self) -> str:
        return f"the choice cannot be saved in {self.path}: {self.why}"


class LogNotSaved(ClientError):
    code = "LogNotSaved"
    remedy = "Choose another folder, or copy the lines instead."

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path, self.why = path, why

    def __str__(self) -> str:
        return f"{self.path} could not be written: {self.why}"


class LoginStartRefused(ClientError):
    code = "LoginStartRefused"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"the desktop did not take it: {self.why}"


class ProfileNotSaved(ClientError):
    code = "ProfileNotSaved"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path, self.why = path, why

    def __str__(self) -> str:
        return f"what was changed by hand is not saved in {self.path}: {self.why}"


class SandboxFailed(_Why, WgdeskError):
    code = "SandboxFailed"
    words = "the sandbox failed: {}"
