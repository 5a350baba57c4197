"""What least privilege proposes, az takes: the custom role as a file, and the words that assign the built-in one."""

import json
import os
import urllib.request

STRANGER = "44444444-4444-4444-4444-000000000006"


def asked(path):
    with urllib.request.urlopen(f"{os.environ['EMULATOR_HTTP_URL']}/_emulator/{path}") as answer:
        return json.load(answer)["value"]


def test_what_is_proposed_can_be_made(az, tmp_path):
    az("group", "list")
    before = asked("requests")[-1]["id"]
    group = az("group", "show", "--name", "rg-shared")["id"]
    (told,) = asked(f"least-privilege?principal=owner&since={before}")
    role, file = told["role"], tmp_path / "role.json"
    assert role["scope"].lower() == group.lower()
    file.write_text(json.dumps(told["customRole"]))

    made = az("role", "definition", "create", "--role-definition", f"@{file}")
    assert made["roleName"] == "Least privilege of owner"
    assert made["permissions"][0]["actions"] == ["Microsoft.Resources/subscriptions/resourceGroups/read"]
    who = ["--assignee-object-id", STRANGER, "--assignee-principal-type", "ServicePrincipal"]
    for name in [role["name"], made["roleName"]]:
        assignment = az("role", "assignment", "create", *who, "--role", name, "--scope", role["scope"])
        az("role", "assignment", "delete", "--ids", assignment["id"])
    az("role", "definition", "delete", "--name", made["roleName"])
