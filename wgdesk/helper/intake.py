"""Profiles as callers send them: read anew, whatever the caller has found out about them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any, Final, TypeVar

from wgdesk.domain.conf import MAX_PROFILE_BYTES, read_profile
from wgdesk.domain.errors import LimitExceeded
from wgdesk.domain.profile import Profile
from wgdesk.domain.render import digest

Result = TypeVar("Result")

# Above this a profile is read beside the loop, so that others are not kept waiting.
BIG_PROFILE_BYTES: Final = 32 << 10
MAX_HOST_NAMES: Final = 64
# Their own, so that nothing which hangs can keep them; two, so that one big profile may
# be overtaken by another.
_READERS: Final = ThreadPoolExecutor(2, thread_name_prefix="intake")


async def read(data: bytes) -> tuple[Profile, str]:
    """The profile and the digest that approvals go by.

    Raises:
        InvalidProfile: With all its problems.
        LimitExceeded: It is more than one user may ask of the machine.
    """
    if len(data) > MAX_PROFILE_BYTES:
        raise LimitExceeded(f"a profile may have {MAX_PROFILE_BYTES} bytes, not {len(data)}")
    return await work(data, _read_now, data)


async def work(data: bytes, job: Callable[..., Result], *arguments: Any) -> Result:
    """Do what a profile costs, beside the loop if its text is long."""
    if len(data) > BIG_PROFILE_BYTES:
        return await asyncio.get_running_loop().run_in_executor(_READERS, job, *arguments)
    return job(*arguments)


def _read_now(data: bytes) -> tuple[Profile, str]:
    profile = read_profile(data)
    endpoints = (peer.endpoint for peer in profile.peers if peer.endpoint)
    hosts = {endpoint.host for endpoint in endpoints if not _is_address(endpoint.host)}
    if len(hosts) > MAX_HOST_NAMES:
        text = f"a profile may name {MAX_HOST_NAMES} hosts as endpoints, not {len(hosts)}"
        raise LimitExceeded(f"{text}; write the others as addresses")
    return profile, digest(profile)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
