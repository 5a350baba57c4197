"""Every operation of the Azure SDKs for Python about access but those of privileged identity management: azure-mgmt-authorization,
the locks and tags of azure-mgmt-resource, azure-mgmt-managementgroups.

It needs a caller who owns the root, so the tests share a world of their own: fixtures/worlds/administrator.json.
"""

import json
import os
import ssl
import urllib.request

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.authorization.models import Permission, RoleAssignmentCreateParameters, RoleDefinition

from azure_access import ADA, BOB, FACTORY, GROUP, ID, READER, SUBSCRIPTION, TENANT, administrator, clients, names, new_world

# How operations at a resource name the factory.
AT_FACTORY = ("rg", "Microsoft.DataFactory", "", "factories", "adf-governed")
NAME = "aaaaaaaa-0000-4000-8000-000000000011"
OTHER = "aaaaaaaa-0000-4000-8000-000000000012"


@pytest.fixture(scope="module")
def world():
    with new_world() as world:
        yield world["https"]


@pytest.fixture(scope="module")
def azure(world):
    return administrator(world)


def test_role_definitions(azure):
    roles = azure.authorization.role_definitions
    wanted = RoleDefinition(
        role_name="Factory keeper",
        description="Keeps factories.",
        role_type="CustomRole",
        permissions=[Permission(actions=["Microsoft.DataFactory/*"], not_actions=["Microsoft.DataFactory/factories/delete"])],
        assignable_scopes=[SUBSCRIPTION],
    )
    made = roles.create_or_update(SUBSCRIPTION, NAME, wanted)
    assert (made.role_name, made.role_type, made.permissions[0].not_actions) == (
        "Factory keeper",
        "CustomRole",
        ["Microsoft.DataFactory/factories/delete"],
    )
    assert roles.get(GROUP, NAME).id == roles.get_by_id(made.id).id == made.id
    assert names(roles.list(SUBSCRIPTION, filter="type eq 'CustomRole'")) == [NAME]
    assert names(roles.list(SUBSCRIPTION, filter="roleName eq 'Factory keeper'")) == [NAME]
    assert roles.delete(SUBSCRIPTION, NAME).role_name == "Factory keeper"
    assert roles.delete(SUBSCRIPTION, NAME) is None
    with pytest.raises(ResourceNotFoundError):
        roles.get(SUBSCRIPTION, NAME)


def test_role_assignments(azure):
    assignments = azure.authorization.role_assignments
    wanted = RoleAssignmentCreateParameters(role_definition_id=READER, principal_id=BOB, principal_type="User", description="For now.")
    made = assignments.create(GROUP, NAME, wanted)
    assert (made.principal_id, made.scope, made.description) == (BOB, GROUP, "For now.")
    other = assignments.create_by_id(f"{FACTORY}/providers/Microsoft.Authorization/roleAssignments/{OTHER}", wanted)
    assert assignments.get(GROUP, NAME).id == assignments.get_by_id(made.id).id == made.id
    of_bob = {"filter": f"principalId eq '{BOB}'"}
    assert names(assignments.list_for_subscription(**of_bob)) == [NAME, OTHER]
    assert names(assignments.list_for_resource_group("rg", **of_bob)) == [NAME, OTHER]
    assert names(assignments.list_for_resource("rg", "Microsoft.DataFactory", "factories", "adf-governed", **of_bob)) == [NAME, OTHER]
    assert names(assignments.list_for_scope(GROUP, filter=f"atScope() and assignedTo('{BOB}')")) == [NAME]
    assert assignments.delete(GROUP, NAME).name == NAME
    assert assignments.delete_by_id(other.id).name == OTHER
    assert assignments.delete(GROUP, NAME) is None
    metrics = azure.authorization.role_assignment_metrics.get_metrics_for_subscription()
    assert (metrics.role_assignments_limit, metrics.role_assignments_current_count) == (4000, 1)


def test_an_assignment_is_validated(azure):
    preview = AuthorizationManagementClient(azure.credential, ID, api_version="2020-10-01-preview", base_url=azure.url)
    validate = preview.role_assignments.validate
    wanted = {"properties": {"roleDefinitionId": READER, "principalId": BOB}}
    assert validate(GROUP, NAME, wanted).is_valid is True
    missing = {"properties": {"roleDefinitionId": READER.replace("acdd", "acde"), "principalId": BOB}}
    answer = preview.role_assignments.validate_by_id(f"{GROUP}/providers/Microsoft.Authorization/roleAssignments/{NAME}", missing)
    assert (answer.is_valid, answer.error_info.code) == (False, "InvalidRoleDefinitionId")


def test_deny_assignments_are_read(azure, world):
    body = {
        "denyAssignmentName": "No deletions",
        "permissions": [{"actions": ["Microsoft.DataFactory/factories/delete"]}],
        "principals": [{"id": BOB, "type": "User"}],
    }
    # The released client only reads them.
    id = f"{GROUP}/providers/Microsoft.Authorization/denyAssignments/{NAME}"
    url = f"{world}{id}?api-version=2024-07-01-preview"
    headers = {"Authorization": "Bearer administrator", "Content-Type": "application/json"}
    send(url, "PUT", headers, {"properties": body})
    denies = azure.authorization.deny_assignments
    assert denies.get(GROUP, NAME).id == denies.get_by_id(id).id == id
    for listed in [
        denies.list(),
        denies.list_for_scope(GROUP, filter="atScope()"),
        denies.list_for_resource_group("rg"),
        denies.list_for_resource(*AT_FACTORY),
        denies.list(filter=f"principalId eq '{BOB}'"),
    ]:
        [found] = listed
        assert (found.deny_assignment_name, found.is_system_protected) == ("No deletions", False)
    send(url, "DELETE", headers)


def send(url, method, headers, body=None):
    context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None, headers, method=method)
    urllib.request.urlopen(request, context=context).close()


def test_what_there_is_to_permit(azure):
    client = azure.authorization
    for held in [client.permissions.list_for_resource_group("rg"), client.permissions.list_for_resource(*AT_FACTORY)]:
        assert [it.actions for it in held] == [["*"]]
    factory = client.provider_operations_metadata.get("Microsoft.DataFactory")
    assert "Microsoft.DataFactory/factories/read" in {it.name for type in factory.resource_types for it in type.operations}
    assert {"Microsoft.DataFactory", "Microsoft.Authorization"} <= set(names(client.provider_operations_metadata.list()))
    assert list(client.classic_administrators.list()) == []


class Named:
    """A credential whose token is a principal's name, which the emulator takes for the principal."""

    def __init__(self, name):
        self.token = AccessToken(name, 2**40)

    def get_token(self, *_, **__):
        return self.token


def test_a_global_administrator_takes_access_to_everything(azure, world):
    ada = clients(world, Named("ada"))
    with pytest.raises(HttpResponseError):
        list(ada.groups.management_groups.list())
    ada.authorization.global_administrator.elevate_access()
    [held] = azure.authorization.role_assignments.list_for_scope("/", filter=f"principalId eq '{ADA}'")
    assert held.scope == "/"
    assert list(ada.groups.management_groups.list()) != []
    azure.authorization.role_assignments.delete_by_id(held.id)


@pytest.mark.parametrize(
    ("level", "where"),
    [
        ("at_subscription_level", ()),
        ("at_resource_group_level", ("rg",)),
        ("at_resource_level", AT_FACTORY),
        ("by_scope", (f"{GROUP}/providers/Microsoft.DataFactory/factories/adf-governed",)),
    ],
)
def test_locks(azure, level, where):
    locks = azure.locks.management_locks
    do = {verb: getattr(locks, f"{verb}_{level}") for verb in ("create_or_update", "get", "list", "delete")}
    made = do["create_or_update"](*where, "keep", {"level": "CanNotDelete", "notes": "Ours."})
    assert (made.level, made.notes) == ("CanNotDelete", "Ours.")
    assert do["create_or_update"](*where, "keep", {"level": "ReadOnly"}).level == "ReadOnly"
    assert do["get"](*where, "keep").id == made.id
    assert names(do["list"](*where)) == names(do["list"](*where, filter="atScope()")) == ["keep"]
    do["delete"](*where, "keep")
    with pytest.raises(ResourceNotFoundError):
        do["get"](*where, "keep")


def test_operations_of_providers_are_listed(azure):
    locks = {it.name for it in azure.locks.authorization_operations.list()}
    groups = {it.name for it in azure.groups.operations.list()}
    access = {it.name for it in azure.authorization.operations.list()}
    assert "Microsoft.Authorization/locks/write" in locks and access == locks and "Microsoft.Management/managementGroups/read" in groups


def test_management_groups(azure):
    groups = azure.groups.management_groups
    id = "/providers/Microsoft.Management/managementGroups/"
    below = {"properties": {"displayName": "Sales", "details": {"parent": {"id": f"{id}top"}}}}
    made = groups.begin_create_or_update("sales", below, polling_interval=0).result()
    assert made.name == "sales"
    shown = groups.get("sales")
    assert (shown.properties.display_name, shown.properties.details.parent.name) == ("Sales", "top")
    changed = groups.update("sales", {"displayName": "All sales", "parentGroupId": f"{id}low"})
    assert (changed.properties.display_name, changed.properties.details.parent.name) == ("All sales", "low")
    tree = groups.get("top", expand="children", recurse=True)
    assert tree.properties.children[0].children[0].name == "sales"
    assert names(groups.list()) == sorted([TENANT, "low", "sales", "top"])
    assert names(groups.get_descendants("top")) == ["low", "sales"]
    subscriptions = azure.groups.management_group_subscriptions
    assert subscriptions.create("sales", ID).properties.display_name == "Contoso"
    assert subscriptions.get_subscription("sales", ID).name == ID
    assert names(subscriptions.get_subscriptions_under_management_group("sales")) == [ID]
    assert names(azure.groups.entities.list(view="GroupsOnly", filter="name eq 'sales'")) == ["sales"]
    assert names(azure.groups.entities.list(search="ChildrenOnly", group_name="sales")) == [ID]
    subscriptions.delete("sales", ID)
    groups.begin_delete("sales", polling_interval=0).result()
    with pytest.raises(HttpResponseError):
        groups.get("sales")


def test_the_tenant_of_management_groups(azure):
    client = azure.groups
    wanted = {"name": "top", "type": "Microsoft.Management/managementGroups"}
    assert client.check_name_availability(wanted).name_available is False
    assert client.start_tenant_backfill().status == client.tenant_backfill_status().status == "Completed"
    low = "/providers/Microsoft.Management/managementGroups/low"
    settings = client.hierarchy_settings
    wanted = {"properties": {"defaultManagementGroup": low, "requireAuthorizationForGroupCreation": True}}
    assert settings.create_or_update(TENANT, wanted).properties.default_management_group == low
    changed = settings.update(TENANT, {"properties": {"requireAuthorizationForGroupCreation": False}})
    assert changed.properties.require_authorization_for_group_creation is False
    assert settings.get(TENANT).properties.default_management_group == low
    assert len(list(settings.list(TENANT).value)) == 1
    settings.delete(TENANT)
    with pytest.raises(HttpResponseError):
        settings.get(TENANT)


def test_tags(azure):
    tags = azure.tags
    assert tags.create_or_update("env").tag_name == "env"
    assert tags.create_or_update_value("env", "test").tag_value == "test"
    made = tags.begin_create_or_update_at_scope(FACTORY, {"properties": {"tags": {"env": "test", "team": "data"}}}).result()
    assert made.properties.tags == {"env": "test", "team": "data"}
    patch = {"operation": "Delete", "properties": {"tags": {"team": "data"}}}
    assert tags.begin_update_at_scope(FACTORY, patch).result().properties.tags == {"env": "test"}
    assert tags.get_at_scope(FACTORY).properties.tags == {"env": "test"}
    [env] = tags.list()
    assert (env.tag_name, env.count.value, env.values_property[0].count.value) == ("env", 1, 1)
    with pytest.raises(HttpResponseError) as refused:
        tags.delete_value("env", "test")
    assert refused.value.error.code == "PredefinedTagInUse"
    tags.begin_delete_at_scope(FACTORY).result()
    tags.delete_value("env", "test")
    tags.delete("env")
    assert list(tags.list()) == []
