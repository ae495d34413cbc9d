"""Records of the journal for tests."""

from tests.support.build import ENGINE, a_plan, a_profile
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.render import text_without_secrets
from wgdesk.engine.record import Record, Stage


def a_record(name: str = "home", stage: Stage = Stage.RISING, profile=None) -> Record:
    profile = profile or a_profile()
    return Record(
        id="0123",
        owner_uid=1000,
        name=name,
        stage=stage,
        profile_text=text_without_secrets(profile),
        options=TunnelOptions(),
        engine=ENGINE,
        plan=a_plan(name, profile),
    )
