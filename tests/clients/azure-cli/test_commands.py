"""What people do with az day by day: sign in, groups, resources, identities, roles, the directory.

The tests share one world; each names what it makes differently, so that any of them runs alone.
"""

import json
import os

import pytest

SUBSCRIPTION = f"/subscriptions/{os.environ['AZURE_SUBSCRIPTION_ID']}"
SHARED = f"{SUBSCRIPTION}/resourceGroups/rg-shared"
FACTORY = "Microsoft.DataFactory/factories"
# Objects of the built-in world.
OWNER = {"objectId": "44444444-4444-4444-4444-000000000001", "appId": os.environ["AZURE_CLIENT_ID"]}
STRANGER = {"objectId": "44444444-4444-4444-4444-000000000006", "appId": "33333333-3333-3333-3333-000000000006"}
ADA = "55555555-5555-5555-5555-000000000001"
ENGINEERS = "66666666-6666-6666-6666-000000000001"


def test_exec_has_signed_az_in(az):
    account = az("account", "show")
    assert account["environmentName"] == "Emulator"
    assert (account["tenantId"], account["id"]) == (os.environ["AZURE_TENANT_ID"], os.environ["AZURE_SUBSCRIPTION_ID"])
    assert account["user"] == {"name": OWNER["appId"], "type": "servicePrincipal"}
    assert az("account", "get-access-token")["tokenType"] == "Bearer"
    assert [it["id"] for it in az("account", "list", "--refresh")] == [os.environ["AZURE_SUBSCRIPTION_ID"]]
    assert "eastus" in {it["name"] for it in az("account", "list-locations")}


def test_a_cloud_is_registered_and_an_application_signs_in_by_hand(other_az):
    az = other_az
    az("config", "set", "core.instance_discovery=false", "core.collect_telemetry=false")
    az("cloud", "register", "--name", "Emulator", "--endpoint-resource-manager", os.environ["EMULATOR_URL"])
    az("cloud", "set", "--name", "Emulator")
    who = ["--service-principal", "--username", OWNER["appId"], "--tenant", os.environ["AZURE_TENANT_ID"]]
    assert "AADSTS7000215" in az.refused("login", *who, "--password", "wrong")
    assert "AADSTS700016" in az.refused("login", *who[:2], STRANGER["objectId"], *who[3:], "--password", "wrong")
    accounts = az("login", *who, "--password", os.environ["AZURE_CLIENT_SECRET"])
    assert [it["id"] for it in accounts] == [os.environ["AZURE_SUBSCRIPTION_ID"]]
    assert az("group", "exists", "--name", "rg-shared") is True
    az("logout")
    assert "az login" in az.refused("group", "list")


def test_groups_are_made_changed_and_deleted(az):
    made = az("group", "create", "--name", "rg-az", "--location", "westeurope", "--tags", "a=b")
    assert (made["location"], made["properties"]["provisioningState"]) == ("westeurope", "Succeeded")
    assert az("group", "update", "--name", "rg-az", "--set", "tags.c=d")["tags"] == {"a": "b", "c": "d"}
    assert "rg-az" in {it["name"] for it in az("group", "list")}
    assert [it["name"] for it in az("group", "list", "--tag", "c=d")] == ["rg-az"]
    assert "InvalidResourceGroupLocation" in az.refused("group", "create", "--name", "rg-az", "--location", "eastus")
    az("group", "delete", "--name", "rg-az", "--yes")
    assert az("group", "exists", "--name", "rg-az") is False
    assert "ResourceGroupNotFound" in az.refused("group", "show", "--name", "rg-az")


def test_providers_are_shown_and_registered(az):
    assert az("provider", "show", "--namespace", "Microsoft.DataFactory")["registrationState"] == "Registered"
    az("provider", "register", "--namespace", "Microsoft.DataFactory", "--wait")
    assert "Microsoft.DataFactory" in {it["namespace"] for it in az("provider", "list")}


def test_a_factory_is_a_resource(az):
    where = ["--resource-group", "rg-shared", "--name", "adf-az-resource", "--resource-type", FACTORY]
    body = {"location": "eastus", "identity": {"type": "SystemAssigned"}, "properties": {}}
    made = az("resource", "create", *where, "--is-full-object", "--properties", json.dumps(body))
    tagged = az("resource", "tag", *where, "--tags", "k=v")
    assert (tagged["tags"], tagged["identity"]) == ({"k": "v"}, made["identity"])
    assert az("resource", "show", "--ids", made["id"])["name"] == "adf-az-resource"
    assert made["id"] in {it["id"] for it in az("resource", "list", "--resource-type", FACTORY)}
    assert [it["id"] for it in az("resource", "list", "--tag", "k=v")] == [made["id"]]
    az("resource", "delete", *where)
    assert "ResourceNotFound" in az.refused("resource", "show", *where)


def test_identities_are_made_shown_and_deleted(az):
    where = ["--resource-group", "rg-linked", "--name", "uai-az"]
    made = az("identity", "create", *where)
    assert az("identity", "show", *where)["principalId"] == made["principalId"]
    assert {"uai-default", "uai-az"} <= {it["name"] for it in az("identity", "list", "--resource-group", "rg-linked")}
    assert az("ad", "sp", "show", "--id", made["clientId"])["servicePrincipalType"] == "ManagedIdentity"
    az("identity", "delete", *where)
    assert "ResourceNotFound" in az.refused("identity", "show", *where)


@pytest.mark.parametrize(
    ("assignee", "object_id", "kind"),
    [
        ("ada@contoso.onmicrosoft.com", ADA, "User"),
        (ADA, ADA, "User"),
        (ENGINEERS, ENGINEERS, "Group"),
        (STRANGER["objectId"], STRANGER["objectId"], "ServicePrincipal"),
        (STRANGER["appId"], STRANGER["objectId"], "ServicePrincipal"),
    ],
)
def test_a_role_is_given_by_name_object_id_and_app_id(az, assignee, object_id, kind):
    what = ["--assignee", assignee, "--role", "Reader", "--scope", SHARED]
    made = az("role", "assignment", "create", *what)
    assert (made["principalId"], made["principalType"]) == (object_id, kind)
    assert az("role", "assignment", "create", *what)["id"] == made["id"], "the same again is the one that is there"
    [listed] = az("role", "assignment", "list", *what)
    assert (listed["id"], listed["roleDefinitionName"]) == (made["id"], "Reader")
    az("role", "assignment", "delete", *what)
    assert az("role", "assignment", "list", *what) == []


def test_nobody_is_given_a_role_who_is_not_there(az):
    nobody = "99999999-9999-4999-8999-999999999999"
    said = az.refused("role", "assignment", "create", "--assignee", nobody, "--role", "Reader", "--scope", SHARED)
    assert "Cannot find user or service principal" in said
    said = az.refused("role", "assignment", "create", "--assignee", ADA, "--role", "No such role", "--scope", SHARED)
    assert "Role 'No such role' doesn't exist." in said


def test_a_custom_role_is_made_given_changed_and_deleted(az):
    role = {"Name": "Factory watcher", "Description": "Sees factories.", "Actions": [f"{FACTORY}/read"], "AssignableScopes": [SUBSCRIPTION]}
    made = az("role", "definition", "create", "--role-definition", json.dumps(role))
    assert (made["roleName"], made["roleType"]) == ("Factory watcher", "CustomRole")
    assert "RoleDefinitionWithSameNameExists" in az.refused("role", "definition", "create", "--role-definition", json.dumps(role))
    given = az("role", "assignment", "create", "--assignee", STRANGER["appId"], "--role", "Factory watcher", "--scope", SHARED)
    assert "RoleDefinitionHasAssignments" in az.refused("role", "definition", "delete", "--name", "Factory watcher")
    role["Actions"].append("Microsoft.DataFactory/factories/integrationRuntimes/read")
    changed = az("role", "definition", "update", "--role-definition", json.dumps(role))
    assert changed["permissions"][0]["actions"] == role["Actions"]
    assert [it["roleName"] for it in az("role", "definition", "list", "--custom-role-only")] == ["Factory watcher"]
    az("role", "assignment", "delete", "--ids", given["id"])
    az("role", "definition", "delete", "--name", "Factory watcher")
    assert az("role", "definition", "list", "--custom-role-only") == []


def test_the_directory_is_read(az):
    assert az("ad", "sp", "show", "--id", OWNER["appId"])["id"] == OWNER["objectId"]
    assert [it["displayName"] for it in az("ad", "sp", "list", "--display-name", "owner")] == ["owner"]
    assert az("ad", "user", "show", "--id", "ada@contoso.onmicrosoft.com")["id"] == ADA
    assert ADA in {it["id"] for it in az("ad", "user", "list")}
    assert az("ad", "group", "show", "--group", "engineers")["id"] == ENGINEERS


def test_rest_reaches_what_has_no_command(az):
    groups = az("rest", "--method", "get", "--url", "/subscriptions/{subscriptionId}/resourceGroups?api-version=2024-11-01")
    assert {"rg-shared", "rg-linked"} <= {it["name"] for it in groups["value"]}
    graph = f"{os.environ['EMULATOR_URL']}/graph/"
    users = az("rest", "--method", "get", "--url", f"{graph}v1.0/users", "--resource", graph)
    assert ADA in {it["id"] for it in users["value"]}


def test_what_is_not_emulated_names_itself(az):
    assert "Deployments_ListByResourceGroup" in az.refused("deployment", "group", "list", "--resource-group", "rg-shared")
