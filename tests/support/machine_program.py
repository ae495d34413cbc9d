"""A user's program in lab box that asks for profiles of the machine, as the import does.

Sent there as text: arguments are what to do and the titles it is done with; it prints JSON.
"""

import asyncio
import json
import sys

from wgdesk.client.helper_backend import HelperBackend
from wgdesk.client.machine_sources import MachineSources
from wgdesk.domain.errors import WgdeskError


async def main(verb: str, titles: list[str]) -> object:
    backend = HelperBackend()
    sources = MachineSources(backend)
    try:
        findings = await sources.find(may_ask=verb == "ask")
        found = [it for title in titles for it in findings.profiles if it.title == title]
        if verb in ("fetch", "fetch-twice"):
            if verb == "fetch-twice":
                await sources.fetch_all(found)
            return [
                {
                    "content": it.content.decode(),
                    "refusal": it.refusal,
                    "unsupported": it.unsupported,
                }
                for it in await sources.fetch_all(found)
            ]
        if verb in ("off", "on"):
            change = sources.turn_off_autostart if verb == "off" else sources.turn_on_autostart
            try:
                await asyncio.gather(*map(change, found))
            except WgdeskError as error:
                return {"error": error.code, "text": str(error)}
            return "done"
        return {
            "profiles": {it.source: [it.is_up, it.starts_by_itself] for it in findings.profiles},
            "notes": findings.notes,
            "hidden": findings.hides_names,
        }
    finally:
        await sources.close()
        await backend.close()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2:]))))
