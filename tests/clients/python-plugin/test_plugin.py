"""What the plugin promises beyond the example: async clients, forks, the journal in reports, one emulator a worker."""

import json
import os
import select
import signal
import subprocess
import sys
import urllib.parse
import urllib.request

import pytest
from adf_emulator import ControlError, Emulator, EmulatorNotFound, EmulatorNotStarted
from azure.mgmt.datafactory.aio import DataFactoryManagementClient

FAILS = """
def test_that_fails(world, azure_credential):
    azure_credential.get_token("https://management.azure.com/.default")
    assert False, "on purpose"
"""

WORKERS = """
import pathlib, time, pytest

@pytest.mark.parametrize("number", range(4))
def test_with_an_emulator(emulator, number):
    pathlib.Path(f"pid-{emulator.pid}").touch()
    time.sleep(0.2)
"""

HOLDS = """
import sys
from adf_emulator import Emulator

print(Emulator.start().pid, flush=True)
sys.stdin.read()
"""

UNUSED = """
def test_that_asks_for_nothing():
    pass
"""


@pytest.mark.asyncio
async def test_asynchronous_clients_work(world):
    async with world.async_credential() as credential:
        async with DataFactoryManagementClient(credential, world.subscription_id, **world.client_options) as client:
            await client.factories.create_or_update("rg-shared", "adf-plugin", {"location": "eastus"})
            assert [factory.name async for factory in client.factories.list()] == ["adf-plugin"]


def test_a_fork_and_its_origin_do_not_see_each_other(world):
    fork = world.fork()
    file = fork.export(state=False)
    assert file == world.export(state=False)
    fork.replace({})
    assert "tenants" in world.export() and not fork.export().get("tenants")
    fork.close()
    with pytest.raises(OSError):
        fork.export()


def test_time_snapshots_and_settings_are_the_worlds_own(world, emulator):
    world.freeze()
    world.snapshot("before")
    before = world.clock()["now"]
    world.advance("PT1H")
    assert world.clock()["now"] > before
    world.restore("before")
    assert world.clock() == {"now": before, "frozen": True}
    assert world.settings(throttling=True)["throttling"] is True
    assert emulator.start_world.settings()["throttling"] is False


def test_a_node_is_offline_when_its_heartbeats_stay_away(world):
    group = f"/subscriptions/{world.subscription_id}/resourceGroups/rg-shared"
    factory = f"{group}/providers/Microsoft.DataFactory/factories/adf-plugin"
    runtime = f"{factory}/integrationRuntimes/shared"
    bodies = {factory: {"location": "eastus"}, runtime: {"properties": {"type": "SelfHosted"}}}
    file = world.export(state=False)
    world.replace(file | {"resources": file["resources"] + [{"id": id, "body": body} for id, body in bodies.items()]})
    shared = next(it for it in world.export()["resources"] if it["id"].lower() == runtime.lower())
    node = world.register_node(shared["state"]["authKey1"], "node1")["id"]
    assert world.heartbeat(node, cpuUtilization=15)["status"] == "Online"
    world.advance(world.settings()["offlineAfter"])
    assert world.node(node)["status"] == "Offline"
    assert world.heartbeat(node)["cameBack"] is True
    assert world.set_node(node, status="Limited")["status"] == "Limited"
    assert [it["id"] for it in world.nodes()] == [node]
    world.remove_node(node)
    assert world.nodes() == []


def test_access_is_explained_and_what_was_needed_is_told(world):
    group, write = f"/subscriptions/{world.subscription_id}/resourceGroups/rg-shared", "Microsoft.DataFactory/factories/write"
    assert world.explain("reader", write, group)["wouldAllow"]
    assert "owner" in [it["principal"] for it in world.who_can(write, group)]
    assert "Factories_Get" in [it["operation"] for it in world.what_can("reader", group)]
    assert world.least_privilege() == []
    assert [it["principal"] for it in world.least_privilege(principal="owner")] == ["owner"]
    assert any(rule["name"] == "link-needs-grant" for rule in world.rules())
    assert any(operation["emulated"] == "full" for operation in world.operations())


def test_device_codes_are_answered(world):
    codes = []
    for _ in range(2):
        form = {"client_id": "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "scope": "https://management.azure.com/.default"}
        request = urllib.request.Request(f"{world.http}/organizations/oauth2/v2.0/devicecode", urllib.parse.urlencode(form).encode())
        codes.append(json.load(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request))["user_code"])
    world.confirm_sign_in(codes[0], "ada")
    world.decline_sign_in(codes[1])
    states = {it["userCode"]: it["state"] for it in world.sign_ins()}
    assert [states[code] for code in codes] == ["confirmed", "declined"]
    assert world.federated_token("ci", "api://AzureADTokenExchange").count(".") == 2


def test_what_was_put_in_is_listed_and_taken_out(world):
    world.snapshot("kept")
    assert "kept" in world.snapshots()
    world.forget("kept")
    assert "kept" not in world.snapshots()
    fault = world.add_fault({"status": 503})
    assert [it["id"] for it in world.faults()] == [fault]
    world.remove_fault(fault)
    assert world.faults() == []
    world.settings(authorization="audit")
    world.clear_requests()
    assert world.requests() == []
    world.freeze()
    assert world.set_clock("2100-01-01T00:00:00Z")["now"] == "2100-01-01T00:00:00Z"
    assert world.id in [it["id"] for it in world.worlds()]


def test_what_is_refused_names_the_field(world):
    with pytest.raises(ControlError) as refusal:
        world.advance("soon")
    assert (refusal.value.status, refusal.value.target) == (400, "advance")


def test_the_journal_stands_in_the_report_of_a_failure(pytester):
    pytester.makepyfile(FAILS)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*adf-emulator journal*", "POST */oauth2/v2.0/token* 200"])


def test_each_worker_has_an_emulator_of_its_own(pytester):
    pytester.makepyfile(WORKERS)
    result = pytester.runpytest_subprocess("-n", "2")
    result.assert_outcomes(passed=4)
    assert len(list(pytester.path.glob("pid-*"))) == 2


def test_a_world_file_is_where_worlds_begin(pytester):
    pytester.path.joinpath("world.json").write_text('{"tenants":[{"displayName":"Own","domain":"own.example"}]}')
    pytester.makeini("[pytest]\nadf_emulator_world = world.json")
    pytester.makepyfile("def test_it(world):\n    assert world.export()['tenants'][0]['displayName'] == 'Own'")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_nothing_starts_unless_a_test_asks(pytester, monkeypatch):
    monkeypatch.setenv("ADF_EMULATOR_BIN", "/nonexistent")
    pytester.makepyfile(UNUSED)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_who_has_no_binary_is_told_how_to_get_it(monkeypatch):
    monkeypatch.setenv("ADF_EMULATOR_BIN", "/nonexistent")
    with pytest.raises(EmulatorNotFound, match="ADF_EMULATOR_BIN names '/nonexistent'"):
        Emulator.start()
    monkeypatch.delenv("ADF_EMULATOR_BIN")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EmulatorNotFound, match="cargo install --path"):
        Emulator.start()


def test_what_the_binary_says_is_told():
    with pytest.raises(EmulatorNotStarted, match="status 2: .*nowhere.json"):
        Emulator.start("--world", "nowhere.json")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_an_emulator_ends_with_the_process_that_started_it(how):
    suite = subprocess.Popen([sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    watched = os.pidfd_open(int(suite.stdout.readline()))
    suite.send_signal(how)
    suite.communicate()
    ended, _, _ = select.select([watched], [], [], 30)
    os.close(watched)
    assert ended


def test_what_is_closed_twice_is_closed_once(emulator):
    world = emulator.world()
    world.close()
    world.close()
    assert world.id not in [it["id"] for it in emulator.start_world.worlds()]
