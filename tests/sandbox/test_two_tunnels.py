"""Two tunnels at once, by the real command line and the real helper."""

from wgdesk.sandbox import network, profiles


def came_as(world, page):
    """The address that a page is asked from."""
    return world.fetch(page).rpartition("come from ")[2].removesuffix(".\n")


def test_tunnel_whose_routes_meet_those_of_another_takes_over_and_says_so(fresh_world):
    assert fresh_world.cli("up", "attached_home").returncode == 0
    assert fresh_world.cli("up", "home").returncode == 0
    done = fresh_world.cli("up", "work", "--wait")
    assert done.returncode == 0, done.stderr
    assert "; took over from home." in done.stdout
    devices = fresh_world.run_on_machine(["wg", "show", "interfaces"]).stdout
    assert set(devices.split()) == {"attached_home", "work"}
    assert came_as(fresh_world, network.INTERNET_PAGE) == profiles.address_of("work")
    assert came_as(fresh_world, network.HOME_PAGE) == profiles.address_of("attached_home")


def test_up_twice_is_refused_and_down_twice_is_a_success(fresh_world):
    assert fresh_world.cli("up", "home", "--wait").returncode == 0
    again = fresh_world.cli("up", "home")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == "wgdesk: cannot bring home up: “home” is up already\n"
    assert came_as(fresh_world, network.INTERNET_PAGE) == profiles.address_of("home")
    for told in ("home is down.\n", "home was not up.\n"):
        down = fresh_world.cli("down", "home")
        assert (down.returncode, down.stdout, down.stderr) == (0, told, "")
    assert came_as(fresh_world, network.INTERNET_PAGE) == network.MACHINE_ADDRESS
