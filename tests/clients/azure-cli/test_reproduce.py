"""The scripts that `adf-emulator reproduce NAME --az` prints, run by sh with this az against an emulator of their own."""

import os
import pathlib
import shutil
import subprocess

import pytest

from conftest import AZ

EMULATOR = os.environ.get("ADF_EMULATOR_BIN") or shutil.which("adf-emulator")


@pytest.mark.parametrize(
    "name",
    [
        "link-needs-grant",
        "granting-needs-owner",
        "four-nodes",
        "guest-shares-by-identity",
        "resource-group-is-not-being-deleted",
        "content-is-json",
        "sharing-within-one-tenant",
    ],
)
def test_az_sees_the_refusal_and_the_remedy(az, tmp_path, name):
    assert EMULATOR, "say where the emulator is: ADF_EMULATOR_BIN"
    script = tmp_path / "replay.sh"
    script.write_bytes(subprocess.run([EMULATOR, "reproduce", name, "--az"], capture_output=True, check=True).stdout)
    path = os.pathsep.join([str(pathlib.Path(AZ).parent), os.environ["PATH"]])
    ended = subprocess.run(
        [EMULATOR, "exec", "--", "sh", str(script)],
        capture_output=True, text=True, timeout=120, check=False, env={**az.environment, "PATH": path}, stdin=subprocess.DEVNULL,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "NOT AS DOCUMENTED" not in ended.stderr
