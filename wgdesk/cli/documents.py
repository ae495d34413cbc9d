"""What `--json` prints: one line, versioned, described in docs/cli.md."""

import json

from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.health import WHY_APART, Health, health
from wgdesk.domain.problem import Problem
from wgdesk.domain.profile import Profile, TableMode
from wgdesk.domain.snapshot import MachineSnapshot
from wgdesk.wire.codec import VERSION, Json, machine_json, tunnel_json


def document(members: Json) -> str:
    """One line of JSON in ASCII: any file name gets through, and no terminal is commanded."""
    return json.dumps({"v": VERSION, **members}, separators=(",", ":"))


def machine_document(machine: MachineSnapshot, now_unix_s: int) -> Json:
    """As the helper's `List`, and each tunnel with what a person would see."""
    tunnels = [
        {**tunnel_json(tunnel), **_health_json(health(tunnel, now_unix_s))}
        for tunnel in machine.tunnels
    ]
    return {**machine_json(machine), "tunnels": tunnels}


def profile_json(
    file: ProfileFile, profile: Profile | None, problem: str, state: str, seen: Health | None
) -> Json:
    """One profile of a list.

    `profile` is None where it is invalid or cannot be read, and `problem` then says why;
    `state` is the tunnel's, as the helper tells it, and `seen` None where nobody can say.
    """
    return {
        "name": file.name,
        "path": str(file.path),
        "kind": _kind(profile) if profile else None,
        "subnets": len(profile.allowed_ips()) if profile else None,
        "exposed": file.is_exposed(),
        "problem": problem or None,
        "state": state,
        **(_health_json(seen) if seen else {"health": "unknown", "words": None, "why": None}),
    }


def problem_json(path: str, problem: Problem) -> Json:
    return {
        "file": path,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity.value,
        "code": problem.code,
        "text": problem.text,
        "fix": problem.fix or None,
    }


def _health_json(state: Health) -> Json:
    why = state.cause if state.light in WHY_APART else ""
    return {"health": state.light.value, "words": state.text, "why": why or None}


def _kind(profile: Profile) -> str:
    if profile.is_full_tunnel():
        return "full"
    has_routes = profile.allowed_ips() and profile.interface.table.mode is not TableMode.OFF
    return "subnets" if has_routes else "none"
