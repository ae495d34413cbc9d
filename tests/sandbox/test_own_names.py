"""The world has a resolv.conf of its own: what a tunnel does to it stays in there."""

from pathlib import Path

RESOLV_CONF = Path("/etc/resolv.conf")


def show(world):
    return world.run_on_machine(["cat", str(RESOLV_CONF)]).stdout


def test_name_servers_of_a_profile_change_the_worlds_file_and_not_the_machines(fresh_world):
    mine, theirs = RESOLV_CONF.read_bytes(), show(fresh_world)
    assert theirs == "# The sandbox has no name server.\n"
    profile = fresh_world.profiles_dir / "home.conf"
    text = profile.read_text()
    profile.write_text(text.replace("[Interface]\n", "[Interface]\nDNS = 10.50.0.1\n"))
    done = fresh_world.cli("up", "home")
    assert done.returncode == 0, done.stderr
    assert "nameserver 10.50.0.1\n" in show(fresh_world)
    assert RESOLV_CONF.read_bytes() == mine
    assert fresh_world.cli("down", "home").returncode == 0
    assert show(fresh_world) == theirs
    assert RESOLV_CONF.read_bytes() == mine


def test_what_else_is_in_the_machines_etc_is_there_too(fresh_world):
    listed = fresh_world.run_on_machine(["ls", "-A", "/etc"]).stdout.split()
    machines = {it.name for it in RESOLV_CONF.parent.iterdir()}
    assert sorted(listed) == sorted(machines | {"wireguard"})
    passwd = fresh_world.run_on_machine(["cat", "/etc/passwd"]).stdout
    assert passwd == Path("/etc/passwd").read_text()
