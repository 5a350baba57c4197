"""What az says and does about access: roles, their assignments, eligibilities, deny assignments, management groups, locks, tags.

It needs a caller who owns the root, so the tests share a world of their own: fixtures/worlds/administrator.json.
"""

import json
import os
import pathlib
import urllib.request

import pytest

from conftest import AzureCli

WORLD = pathlib.Path(__file__).parents[3] / "fixtures/worlds/administrator.json"
TENANT = "11111111-1111-1111-1111-111111111111"
SUBSCRIPTION = "/subscriptions/22222222-2222-2222-2222-222222222222"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
FACTORY = f"{GROUP}/providers/Microsoft.DataFactory/factories/adf-governed"
BOB = "55555555-5555-5555-5555-000000000022"
ENGINEERS = "66666666-6666-6666-6666-000000000021"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
WORKER = {"objectId": "44444444-4444-4444-4444-000000000022", "appId": "33333333-3333-3333-3333-000000000022"}


@pytest.fixture(scope="module")
def made():
    url = f"{os.environ['EMULATOR_HTTP_URL']}/_emulator/worlds"
    made = send("POST", url, {"world": json.loads(WORLD.read_text())})
    yield made
    send("DELETE", f"{url}/{made['id']}")


@pytest.fixture(scope="module")
def world(made):
    return made["https"]


def send(method, url, body=None):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or "null")


@pytest.fixture(scope="module")
def az(world, tmp_path_factory):
    return signed_in(world, tmp_path_factory.mktemp("administrator"), "33333333-3333-3333-3333-000000000021", "administrator-secret")


def signed_in(world, folder, application, secret):
    az = AzureCli(folder)
    az("config", "set", "core.instance_discovery=false", "core.collect_telemetry=false")
    az("cloud", "register", "--name", "Governed", "--endpoint-resource-manager", world)
    az("cloud", "set", "--name", "Governed")
    az("login", "--service-principal", "--username", application, "--password", secret, "--tenant", TENANT)
    return az


def names(found):
    return sorted(it["name"] for it in found)


def test_custom_roles_with_every_member(az, tmp_path):
    role = {
        "Name": "Factory keeper",
        "Description": "Keeps factories.",
        "Actions": ["Microsoft.DataFactory/*", "Microsoft.Resources/subscriptions/resourceGroups/read"],
        "NotActions": ["Microsoft.DataFactory/factories/delete"],
        "DataActions": ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"],
        "NotDataActions": [],
        "AssignableScopes": [GROUP],
    }
    file = tmp_path / "role.json"
    file.write_text(json.dumps(role))
    made = az("role", "definition", "create", "--role-definition", f"@{file}")
    [permission] = made["permissions"]
    assert (permission["notActions"], permission["dataActions"]) == (role["NotActions"], role["DataActions"])
    assert made["assignableScopes"] == [GROUP]
    shown = az("role", "definition", "show", "--scope", GROUP, "--name", made["name"])
    assert shown == az("role", "definition", "show", "--id", made["id"])
    assert shown["roleName"] == "Factory keeper"
    assert names(az("role", "definition", "list", "--resource-group", "rg", "--custom-role-only", "true")) == [made["name"]]
    assert names(az("role", "definition", "list", "--scope", GROUP, "--name", "Factory keeper")) == [made["name"]]
    assert az("role", "definition", "list", "--custom-role-only", "true") == [], "it is assignable in the group alone"
    role["Actions"] = ["Microsoft.DataFactory/nothing/read"]
    assert "InvalidActionOrNotAction" in az.refused("role", "definition", "update", "--role-definition", json.dumps(role))
    role.update(Actions=["Microsoft.DataFactory/factories/read"], Description="Sees them.")
    changed = az("role", "definition", "update", "--role-definition", json.dumps(role))
    assert (changed["name"], changed["description"]) == (made["name"], "Sees them.")
    az("role", "definition", "delete", "--name", "Factory keeper", "--scope", GROUP, "--custom-role-only", "true")
    assert az("role", "definition", "list", "--scope", GROUP, "--custom-role-only", "true") == []


def test_an_assignment_with_every_option(az):
    name = "aaaaaaaa-0000-4000-8000-000000000001"
    condition = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'logs'"
    what = ["--role", "Storage Blob Data Reader", "--scope", GROUP]
    who = ["--assignee-object-id", BOB, "--assignee-principal-type", "User"]
    more = ["--description", "For the logs.", "--condition", condition, "--condition-version", "2.0", "--name", name]
    made = az("role", "assignment", "create", *what, *who, *more)
    assert (made["name"], made["principalType"], made["description"]) == (name, "User", "For the logs.")
    assert (made["condition"], made["conditionVersion"]) == (condition, "2.0")
    made["description"] = "For all logs."
    made["condition"] = condition.replace("logs", "all-logs")
    changed = az("role", "assignment", "update", "--role-assignment", json.dumps(made))
    assert (changed["name"], changed["description"], changed["condition"]) == (name, "For all logs.", made["condition"])
    wrong = ["--role", "Storage Blob Data Owner", "--scope", GROUP, *who, "--condition", "@Nothing StringEquals"]
    assert "The given role assignment condition is invalid" in az.refused("role", "assignment", "create", *wrong)
    az("role", "assignment", "delete", "--ids", made["id"])
    assert "No matched assignments" in az.refused("role", "assignment", "delete", "--assignee", BOB, "--scope", GROUP)


def test_assignments_are_listed_by_scope_person_group_and_role(az):
    given = [
        az("role", "assignment", "create", "--assignee-object-id", id, "--assignee-principal-type", kind, "--role", role, "--scope", scope)
        for id, kind, role, scope in [
            (ENGINEERS, "Group", "Reader", f"/providers/Microsoft.Management/managementGroups/{TENANT}"),
            (BOB, "User", "Contributor", GROUP),
            (BOB, "User", "Reader", FACTORY),
        ]
    ]
    [engineers, contributor, reader] = [it["name"] for it in given]
    listed = az("role", "assignment", "list", "--scope", GROUP)
    assert [(it["name"], it["principalName"], it["roleDefinitionName"]) for it in listed] == [(contributor, "bob@contoso.onmicrosoft.com", "Contributor")]
    inherited = az("role", "assignment", "list", "--resource-group", "rg", "--include-inherited")
    assert {engineers, contributor} <= set(names(inherited)) and reader not in names(inherited)
    assert names(az("role", "assignment", "list", "--all", "--assignee", BOB)) == sorted([contributor, reader])
    through = az("role", "assignment", "list", "--all", "--assignee", BOB, "--include-groups", "--include-inherited")
    assert names(through) == sorted([engineers, contributor, reader])
    assert names(az("role", "assignment", "list", "--all", "--role", READER, "--assignee-object-id", BOB)) == [reader]
    bare = ["--fill-principal-name", "false", "--fill-role-definition-name", "false"]
    [plain] = az("role", "assignment", "list", "--scope", GROUP, *bare)
    assert "principalName" not in plain and "roleDefinitionName" not in plain
    az("role", "assignment", "delete", "--assignee", BOB, "--role", "Contributor", "--resource-group", "rg")
    az("role", "assignment", "delete", "--assignee-object-id", BOB, "--scope", FACTORY)
    az("role", "assignment", "delete", "--ids", given[0]["id"])
    assert az("role", "assignment", "list", "--all", "--assignee", BOB, "--include-groups") == []


def test_an_eligible_role_is_activated_by_rest(az, made, tmp_path):
    """az has no commands of privileged identity management, so people ask for it by az rest."""
    worker = signed_in(made["https"], tmp_path / "worker", WORKER["appId"], "worker-secret")
    version = "api-version=2020-10-01"
    contributor = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"

    def ask(who, family, number, kind):
        url = f"{GROUP}/providers/Microsoft.Authorization/role{family}ScheduleRequests/eeeeeeee-0000-4000-8000-{number:012}?{version}"
        info = {"expiration": {"type": "AfterDuration", "duration": "PT8H"}}
        properties = {"principalId": WORKER["objectId"], "roleDefinitionId": contributor, "requestType": kind}
        body = json.dumps({"properties": {**properties, "justification": "on call", "scheduleInfo": info}})
        return who("rest", "--method", "put", "--url", url, "--body", body)

    def held(kind):
        url = f"{GROUP}/providers/Microsoft.Authorization/{kind}?$filter=asTarget()&{version}"
        return [it["properties"] for it in worker("rest", "--method", "get", "--url", url)["value"] if it["properties"]["scope"] == GROUP]

    tag = ["tag", "update", "--resource-id", FACTORY, "--operation", "merge", "--tags", "on=call"]
    assert ask(az, "Eligibility", 1, "AdminAssign")["properties"]["status"] == "Provisioned"
    [eligible] = held("roleEligibilitySchedules")
    assert "AuthorizationFailed" in worker.refused(*tag)
    activated = ask(worker, "Assignment", 2, "SelfActivate")["properties"]
    assert (activated["status"], activated["principalType"]) == ("Provisioned", "ServicePrincipal")
    worker(*tag)
    [active] = held("roleAssignmentScheduleInstances")
    assert (active["assignmentType"], active["roleDefinitionId"]) == ("Activated", eligible["roleDefinitionId"])
    assert names(az("role", "assignment", "list", "--scope", GROUP, "--role", "Contributor")) == [active["originRoleAssignmentId"].split("/")[-1]]
    send("PATCH", f"{made['http']}/_emulator/clock", {"advance": "PT5M"})
    ask(az, "Eligibility", 3, "AdminRemove")
    assert held("roleAssignmentScheduleInstances") == []
    assert "AuthorizationFailed" in worker.refused(*tag)
    az("tag", "delete", "--resource-id", FACTORY, "--yes")


def test_the_change_log_is_refused_by_name(az):
    assert "microsoft.insights" in az.refused("role", "assignment", "list-changelogs").lower()


def test_deny_assignments(az):
    name = "dddddddd-0000-4000-8000-000000000001"
    what = ["--scope", GROUP, "--name", "No deletions", "--actions", "Microsoft.DataFactory/factories/delete"]
    who = ["--principal-object-id", WORKER["objectId"], "--principal-type", "ServicePrincipal"]
    az("role", "deny-assignment", "create", *what, *who, "--description", "Not now.", "--assignment-name", name)
    shown = az("role", "deny-assignment", "show", "--scope", GROUP, "--name", name)
    assert (shown["denyAssignmentName"], shown["description"]) == ("No deletions", "Not now.")
    assert shown == az("role", "deny-assignment", "show", "--id", shown["id"])
    assert names(az("role", "deny-assignment", "list", "--scope", GROUP)) == [name]
    assert names(az("role", "deny-assignment", "list", "--filter", "denyAssignmentName eq 'No deletions'")) == [name]
    az("role", "deny-assignment", "delete", "--id", shown["id"], "--yes")
    assert az("role", "deny-assignment", "list", "--scope", GROUP) == []


def test_management_groups(az):
    group = ["account", "management-group"]
    assert names(az(*group, "list", "--no-register")) == sorted([TENANT, "low", "top"])
    az(*group, "create", "--name", "sales", "--display-name", "Sales", "--parent", "top", "--no-register")
    shown = az(*group, "show", "--name", "sales", "--no-register")
    assert (shown["displayName"], shown["details"]["parent"]["name"]) == ("Sales", "top")
    changed = az(*group, "update", "--name", "sales", "--display-name", "All sales", "--parent", "low")
    assert (changed["displayName"], changed["details"]["parent"]["name"]) == ("All sales", "low")
    tree = az(*group, "show", "--name", "top", "--expand", "--recurse", "--no-register")
    assert tree["children"][0]["children"][0]["name"] == "sales"
    assert az(*group, "check-name-availability", "--name", "sales")["nameAvailable"] is False
    id = SUBSCRIPTION.split("/")[-1]
    az(*group, "subscription", "add", "--name", "sales", "--subscription", id)
    assert az(*group, "subscription", "show", "--name", "sales", "--subscription", id)["displayName"] == "Contoso"
    assert names(az(*group, "subscription", "show-sub-under-mg", "--name", "sales")) == [id]
    entities = {it["name"]: it for it in az(*group, "entities", "list")}
    assert entities[id]["parentNameChain"] == [TENANT, "top", "low", "sales"]
    assert "BadRequest" in az.refused(*group, "delete", "--name", "sales", "--no-register")
    az(*group, "subscription", "remove", "--name", "sales", "--subscription", id)
    az(*group, "delete", "--name", "sales", "--no-register")
    assert names(az(*group, "list", "--no-register")) == sorted([TENANT, "low", "top"])
    assert "sales" in az.refused(*group, "show", "--name", "sales", "--no-register")


def test_settings_of_the_hierarchy_and_the_backfill(az):
    group = ["account", "management-group"]
    settings = [*group, "hierarchy-settings"]
    made = az(*settings, "create", "--name", TENANT, "-r", "true", "-m", "/providers/Microsoft.Management/managementGroups/low")
    assert made["requireAuthorizationForGroupCreation"] is True
    az(*settings, "update", "--name", TENANT, "-m", "/providers/Microsoft.Management/managementGroups/top")
    [listed] = az(*settings, "list", "--name", TENANT)["value"]
    assert listed["defaultManagementGroup"].endswith("/top") and listed["requireAuthorizationForGroupCreation"] is True
    az(*settings, "delete", "--name", TENANT, "--yes")
    assert az(*settings, "list", "--name", TENANT)["value"] == []
    assert az(*group, "tenant-backfill", "start")["status"] == az(*group, "tenant-backfill", "get")["status"] == "Completed"


def test_locks_at_every_scope_by_name_and_by_id(az):
    factory = ["--resource-group", "rg", "--resource", "adf-governed", "--resource-type", "Microsoft.DataFactory/factories"]
    made = {
        "subscription": az("account", "lock", "create", "--name", "l1", "--lock-type", "CanNotDelete", "--notes", "Ours."),
        "group": az("group", "lock", "create", "--name", "l2", "--resource-group", "rg", "--lock-type", "CanNotDelete"),
        "resource": az("resource", "lock", "create", "--name", "l3", *factory, "--lock-type", "ReadOnly"),
    }
    assert made["subscription"]["notes"] == "Ours."
    assert made["resource"]["id"].lower() == f"{FACTORY}/providers/Microsoft.Authorization/locks/l3".lower()
    assert names(az("lock", "list")) == ["l1", "l2", "l3"]
    assert names(az("account", "lock", "list", "--filter-string", "atScope()")) == ["l1"]
    assert names(az("group", "lock", "list", "--resource-group", "rg")) == ["l2", "l3"]
    assert names(az("resource", "lock", "list", *factory)) == ["l3"]
    assert az("lock", "show", "--ids", made["resource"]["id"])["level"] == "ReadOnly"
    assert az("group", "lock", "show", "--name", "l2", "--resource-group", "rg")["level"] == "CanNotDelete"
    changed = az("lock", "update", "--name", "l3", *factory, "--lock-type", "CanNotDelete", "--notes", "Changed.")
    assert (changed["level"], changed["notes"]) == ("CanNotDelete", "Changed.")
    changed = az("lock", "update", "--ids", made["group"]["id"], "--notes", "By id.")
    assert (changed["level"], changed["notes"]) == ("CanNotDelete", "By id.")
    assert "ScopeLocked" in az.refused("rest", "--method", "delete", "--url", f"{FACTORY}?api-version=2018-06-01")
    az("account", "lock", "delete", "--name", "l1")
    az("lock", "delete", "--name", "l2", "--resource-group", "rg")
    az("lock", "delete", "--ids", made["resource"]["id"])
    assert az("lock", "list") == []


def test_tags_of_a_scope_and_the_names_of_a_subscription(az):
    az("tag", "create", "--name", "env")
    az("tag", "add-value", "--name", "env", "--value", "test")
    made = az("tag", "create", "--resource-id", FACTORY, "--tags", "env=test", "team=data")
    assert made["properties"]["tags"] == {"env": "test", "team": "data"}
    change = ["tag", "update", "--resource-id", FACTORY]
    assert az(*change, "--operation", "Merge", "--tags", "team=web", "new=1")["properties"]["tags"] == {"env": "test", "team": "web", "new": "1"}
    assert az(*change, "--operation", "Delete", "--tags", "new=1")["properties"]["tags"] == {"env": "test", "team": "web"}
    assert az(*change, "--operation", "Replace", "--tags", "env=test")["properties"]["tags"] == {"env": "test"}
    assert az("tag", "list", "--resource-id", FACTORY)["properties"]["tags"] == {"env": "test"}
    [env] = az("tag", "list")
    assert (env["tagName"], env["count"]["value"], env["values"][0]["tagValue"]) == ("env", 1, "test")
    assert "PredefinedTagInUse" in az.refused("tag", "remove-value", "--name", "env", "--value", "test")
    az("tag", "delete", "--resource-id", FACTORY, "--yes")
    az("tag", "remove-value", "--name", "env", "--value", "test")
    az("tag", "delete", "--name", "env", "--yes")
    assert az("tag", "list") == []


def test_a_global_administrator_takes_access_to_everything(az):
    # The emulator takes the name of a principal for its token.
    ada = ["--skip-authorization-header", "--headers", "Authorization=Bearer ada"]
    groups = ["rest", "--method", "get", "--url", "/providers/Microsoft.Management/managementGroups?api-version=2020-05-01", *ada]
    assert "AuthorizationFailed" in az.refused(*groups)
    az("rest", "--method", "post", "--url", "/providers/Microsoft.Authorization/elevateAccess?api-version=2016-07-01", *ada)
    [held] = az("role", "assignment", "list", "--scope", "/", "--assignee", "ada@contoso.onmicrosoft.com")
    assert (held["scope"], held["roleDefinitionName"]) == ("/", "User Access Administrator")
    assert az(*groups)["value"] != []
    az("role", "assignment", "delete", "--ids", held["id"])


def test_what_there_is_to_permit(az):
    rest = ["rest", "--method", "get", "--url"]
    version = "api-version=2022-04-01"
    [all_of_it] = az(*rest, f"{FACTORY}/providers/Microsoft.Authorization/permissions?{version}")["value"]
    assert all_of_it["actions"] == ["*"]
    operations = az("provider", "operation", "show", "--namespace", "Microsoft.DataFactory")
    assert "factories" in {it["name"] for it in operations["resourceTypes"]}
    classic = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/classicAdministrators?api-version=2015-07-01"
    assert az(*rest, classic)["value"] == []
