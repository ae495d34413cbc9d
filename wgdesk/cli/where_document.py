"""Answers to `where` as `--json` prints them; described in docs/cli.md."""

from wgdesk.cli.where_text import Answer
from wgdesk.domain.machine_routing import MachineRoute
from wgdesk.domain.where import Decision
from wgdesk.wire.codec import Json
from wgdesk.wire.routing_codec import route_json, rule_json


def answer_json(answer: Answer) -> Json:
    peer = answer.peer
    endpoint = peer.endpoint if peer else None
    return {
        "address": str(answer.address),
        **_decision_json(answer.decision),
        "tunnel": answer.tunnel.name if answer.tunnel else None,
        "peer": peer.public_key.base64() if peer else None,
        "endpoint": str(endpoint) if endpoint else None,
        "own_packets": [
            {"tunnel": name, **_decision_json(way)} for name, way in answer.own_packets
        ],
    }


def _decision_json(found: Decision) -> Json:
    return {
        "link": found.link or None,
        "source": str(found.source) if found.source else None,
        "gateway": str(found.gateway) if found.gateway else None,
        "refusal": found.refusal.value if found.refusal else None,
        "rule": rule_json(found.rule) if found.rule else None,
        "route": _route_json(found.route) if found.route else None,
        "alternatives": list(map(_route_json, found.alternatives)),
        "passed": list(map(rule_json, found.passed)),
        "not_judged": list(map(rule_json, found.unjudged)),
    }


def _route_json(route: MachineRoute) -> Json:
    return {"to": str(route.destination), **route_json(route)}
