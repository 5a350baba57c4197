"""Starts adf-emulator and drives its worlds.

Nothing of Azure's is in here: only the emulator's own endpoints, and what Azure's released clients must be told to find it.
The shapes of requests and answers stand in docs/control.md of the emulator.
"""

from adf_emulator.emulator import Emulator, EmulatorNotFound, EmulatorNotStarted
from adf_emulator.world import ControlError, World

__all__ = ["ControlError", "Emulator", "EmulatorNotFound", "EmulatorNotStarted", "World"]
