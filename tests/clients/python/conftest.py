"""Says what to do when the suite runs without an emulator."""

import os

import pytest


def pytest_configure():
    if "EMULATOR_URL" not in os.environ:
        pytest.exit("no emulator: run this as 'adf-emulator exec -- python -m pytest tests/clients/python'", returncode=2)
