"""Where everything lies in a world's folder, which both sides of its walls see."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    root_dir: Path

    @property
    def bus_socket(self) -> Path:
        return self.root_dir / "bus.sock"

    @property
    def bus_config(self) -> Path:
        return self.root_dir / "bus.conf"

    @property
    def services_dir(self) -> Path:
        return self.root_dir / "services"

    @property
    def servers_dir(self) -> Path:
        return self.root_dir / "servers"

    @property
    def answers_path(self) -> Path:
        return self.root_dir / "answers.json"

    @property
    def asked_path(self) -> Path:
        return self.root_dir / "asked.jsonl"

    @property
    def helper_script(self) -> Path:
        return self.root_dir / "helper.sh"

    @property
    def helper_pid(self) -> Path:
        return self.root_dir / "helper.pid"

    @property
    def home_dir(self) -> Path:
        """The ordinary user's; the profiles lie there in `.wireguard`."""
        return self.root_dir / "home"

    @property
    def runtime_dir(self) -> Path:
        return self.root_dir / "runtime"

    def log(self, service: str) -> Path:
        return self.root_dir / f"{service}.log"
