"""Fixtures of pytest: one emulator a process, a fork of its world a test, and the journal in the report of a failure.

Under pytest-xdist each worker is a process, so each has an emulator of its own. Nothing is started unless a test asks.
"""

import pytest

from adf_emulator import Emulator

_WORLDS = pytest.StashKey()


def pytest_addoption(parser):
    group = parser.getgroup("adf-emulator")
    help = "a world file to start the emulator with instead of the built-in world; may be given several times"
    group.addoption("--adf-emulator-world", action="append", default=[], metavar="FILE", help=help)
    parser.addini("adf_emulator_world", help, type="paths", default=[])


@pytest.fixture(scope="session")
def emulator(request):
    """A running emulator, one for all tests of this process."""
    files = request.config.getoption("adf_emulator_world") or request.config.getini("adf_emulator_world")
    with Emulator.start(*(option for file in files for option in ("--world", str(file)))) as emulator:
        yield emulator


@pytest.fixture
def world(request, emulator):
    """A world of this test's own, as the emulator started with; it is gone when the test is over."""
    world = emulator.world()
    request.node.stash.setdefault(_WORLDS, []).append(world)
    yield world
    world.close()


@pytest.fixture
def azure_credential(world):
    """A credential of azure-identity for the application `owner` of this test's world."""
    return world.credential()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        for world in item.stash.get(_WORLDS, []):
            # Kept when the test itself fails, since the world is gone when its teardown does.
            if journal := _journal(world):
                report.sections.append(("adf-emulator journal", journal))
    return report


def _journal(world):
    try:
        return "\n".join(map(_line, world.requests()))
    except OSError:
        return ""


def _line(entry):
    caller = (entry["caller"] or {}).get("name", "-")
    line = f"{entry['method']} {entry['url']} {caller} {entry['status']} {entry['code'] or ''}".rstrip()
    because = (entry["decision"] or {}).get("because") or (entry["rule"] and f"rule {entry['rule']}")
    return f"{line}: {because}" if because else line
