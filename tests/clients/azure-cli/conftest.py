"""Says what to do when the suite runs without an emulator, and offers az."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

# The Azure CLI of the environment that runs the tests, else the one on the path.
BESIDE = pathlib.Path(sys.executable).with_name("az")
AZ = str(BESIDE) if BESIDE.exists() else "az"


def pytest_configure():
    if "EMULATOR_URL" not in os.environ:
        pytest.exit("no emulator: run this as 'adf-emulator exec -- python -m pytest tests/clients/azure-cli'", returncode=2)


class AzureCli:
    """Runs az with the folder of AZURE_CONFIG_DIR, or with another."""

    def __init__(self, folder=None, environment=None):
        self.environment = {**(environment or os.environ), "AZURE_CORE_ONLY_SHOW_ERRORS": "true", "AZURE_CORE_NO_COLOR": "true"}
        self.environment.update({"AZURE_CONFIG_DIR": str(folder)} if folder else {})

    def run(self, *words):
        return subprocess.run(
            [AZ, *words], capture_output=True, text=True, timeout=120, check=False, env=self.environment, stdin=subprocess.DEVNULL
        )

    def __call__(self, *words):
        """Returns what az answers, read as JSON; nothing when it says nothing."""
        ended = self.run(*words, "--output", "json")
        assert ended.returncode == 0, f"az {' '.join(words)}: {ended.stderr}"
        return json.loads(ended.stdout) if ended.stdout.strip() else None

    def refused(self, *words):
        """Returns what az says when it fails, which it must."""
        ended = self.run(*words)
        assert ended.returncode != 0, f"az {' '.join(words)}: {ended.stdout}"
        return ended.stderr


@pytest.fixture(scope="session")
def az():
    return AzureCli()


@pytest.fixture
def other_az(tmp_path):
    """Another az, which knows nothing yet."""
    return AzureCli(tmp_path / "azure")


@pytest.fixture
def fresh_az(other_az):
    """An az that knows the cloud, and nobody."""
    other_az("config", "set", "core.instance_discovery=false", "core.collect_telemetry=false")
    other_az("cloud", "register", "--name", "Emulator", "--endpoint-resource-manager", os.environ["EMULATOR_URL"])
    other_az("cloud", "set", "--name", "Emulator")
    return other_az
