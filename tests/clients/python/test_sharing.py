"""Walks through fixtures/scenarios/sharing.json with the released Azure SDKs for Python, each step a test.

The steps build on each other and run in order in one world; after the first that fails, the others are skipped.
"""

import json
import os
import pathlib
import re

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure_clients import Azure

SCENARIO = json.loads((pathlib.Path(__file__).parents[3] / "fixtures/scenarios/sharing.json").read_text("utf-8"))


class Walk:
    """What is known so far: the callers' clients and the values for later steps."""

    def __init__(self):
        self.clients = {}
        self.broken_at = None
        self.values = {"tenant": os.environ["AZURE_TENANT_ID"], "subscription": os.environ["AZURE_SUBSCRIPTION_ID"]}
        for name, caller in SCENARIO["callers"].items():
            self.values.update({f"{name}.{key}": value for key, value in caller.items()})
        self.values.update(SCENARIO["values"])

    def client(self, who):
        if who not in self.clients:
            caller = SCENARIO["callers"][who]
            self.clients[who] = Azure(caller["clientId"], caller["secret"])
        return self.clients[who]

    def fill(self, template):
        """Puts values in the place of {names}, also in values themselves."""
        if isinstance(template, dict):
            return {key: self.fill(value) for key, value in template.items()}
        if isinstance(template, list):
            return [self.fill(value) for value in template]
        while isinstance(template, str) and re.search(r"{[\w.-]+}", template):
            template = re.sub(r"{([\w.-]+)}", lambda found: self.values[found[1]], template)
        return template


@pytest.fixture(scope="module")
def walk():
    return Walk()


def member(body, path):
    """Returns what stands at a dotted path; a number is the place in a list."""
    for part in path.split("."):
        body = body[int(part)] if isinstance(body, list) else body[part]
    return body


def pages(answers):
    """Returns the bodies of all answers as one: the lists of all pages joined."""
    bodies = [json.loads(answer.text()) for answer in answers if answer.text()]
    if len(bodies) > 1 and all("value" in body for body in bodies):
        return {"value": [element for body in bodies for element in body["value"]]}
    return bodies[-1] if bodies else None


def check_names(names, expected):
    if "exactly" in expected:
        assert sorted(names) == sorted(expected["exactly"])
    assert set(expected.get("with", [])) <= set(names)
    assert not set(expected.get("without", [])) & set(names)


def check_refusal(step, refusal, answer):
    error = json.loads(answer.text())["error"]
    assert (answer.status_code, error["code"]) == (step["status"], step["code"]), error["message"]
    assert (refusal.status_code, refusal.error.code) == (step["status"], step["code"])
    if "message" in step:
        assert error["message"] == step["message"]
        assert refusal.error.message == step["message"]
    if "rule" in step:
        assert answer.headers.get("x-emulator-rule") == step["rule"]


def take(walk, step):
    azure = walk.client(step["who"])
    try:
        result = azure.call(step["operation"], step.get("with", {}))
    except ClientAuthenticationError as refusal:
        if "signIn" in step:
            assert step["signIn"] in refusal.message and not azure.answers.noted
            return
        check_refusal(step, refusal, azure.answers.noted[-1])
        return
    except HttpResponseError as refusal:
        assert "code" in step, f"refused: {refusal.status_code} {refusal.message}"
        check_refusal(step, refusal, azure.answers.noted[-1])
        return
    assert "code" not in step and "signIn" not in step, f"this should have been refused, but gave {result}"
    assert azure.answers.noted[-1].status_code == step["status"]
    body = pages(azure.answers.noted)
    for path, expected in step.get("body", {}).items():
        assert member(body, path) == expected, path
    if "names" in step:
        check_names([element["name"] for element in body["value"]], step["names"])
        assert [element.name for element in result] == [element["name"] for element in body["value"]]
    for name, path in step.get("keep", {}).items():
        walk.values[name] = member(body, path)
        assert walk.values[name], f"{path} is empty"


@pytest.mark.parametrize("step", SCENARIO["steps"], ids=lambda step: step["name"])
def test_sharing(walk, step):
    if walk.broken_at:
        pytest.skip(f"the scenario broke at '{walk.broken_at}'")
    walk.broken_at = step["name"]
    take(walk, walk.fill(step))
    walk.broken_at = None
