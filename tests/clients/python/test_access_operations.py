"""Is every operation of the clients about access either called by the suite, or refused by name?

The first test looks at what those of test_access.py and test_access_eligible.py called, so it runs behind them, in one session.
"""

import inspect

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.authorization import AuthorizationManagementClient

from azure_access import CALLED, GROUP, ID, administrator, new_world, operations

# Groups of azure-mgmt-authorization, and their operations, that Azure has and the emulator does not.
NOT_EMULATED = {
    "access_review_default_settings": "get put",
    "access_review_history_definition": "create delete_by_id",
    "access_review_history_definition_instance": "generate_download_uri",
    "access_review_history_definition_instances": "list",
    "access_review_history_definitions": "get_by_id list",
    "access_review_instance": "accept_recommendations apply_decisions reset_decisions send_reminders stop",
    "access_review_instance_contacted_reviewers": "list",
    "access_review_instance_decisions": "list",
    "access_review_instance_my_decisions": "get_by_id list patch",
    "access_review_instances": "create get_by_id list",
    "access_review_instances_assigned_for_my_approval": "get_by_id list",
    "access_review_schedule_definitions": "create_or_update_by_id delete_by_id get_by_id list stop",
    "access_review_schedule_definitions_assigned_for_my_approval": "list",
    "alert_configurations": "get list_for_scope update",
    "alert_definitions": "get list_for_scope",
    "alert_incidents": "get list_for_scope remediate",
    "alert_operation": "get",
    "alerts": "begin_refresh begin_refresh_all get list_for_scope update",
    "role_assignment_approval": "get_by_id list",
    "role_assignment_approval_step": "get_by_id patch put",
    "role_assignment_approval_steps": "list",
    "scope_access_review_default_settings": "get put",
    "scope_access_review_history_definition": "create delete_by_id",
    "scope_access_review_history_definition_instance": "generate_download_uri",
    "scope_access_review_history_definition_instances": "list",
    "scope_access_review_history_definitions": "get_by_id list",
    "scope_access_review_instance": "apply_decisions record_all_decisions reset_decisions send_reminders stop",
    "scope_access_review_instance_contacted_reviewers": "list",
    "scope_access_review_instance_decisions": "list",
    "scope_access_review_instances": "create get_by_id list",
    "scope_access_review_schedule_definitions": "create_or_update_by_id delete_by_id get_by_id list stop",
    "scope_role_assignment_approval": "get_by_id list",
    "scope_role_assignment_approval_step": "get_by_id patch put",
    "scope_role_assignment_approval_steps": "list",
    "tenant_level_access_review_instance_contacted_reviewers": "list",
}
# The version of those that the client does not take by itself.
VERSIONS = dict.fromkeys([group for group in NOT_EMULATED if group.startswith("alert")], "2022-08-01-preview")


@pytest.fixture(scope="module")
def azure():
    with new_world() as world:
        yield administrator(world["https"])


def group_of(azure, name):
    version = {"api_version": VERSIONS[name]} if name in VERSIONS else {}
    return getattr(AuthorizationManagementClient(azure.credential, ID, base_url=azure.url, **version), name)


def published(azure):
    """Every operation that the packages have."""
    groups = [name for name, it in inspect.getmembers(AuthorizationManagementClient) if isinstance(it, property)]
    found = {f"authorization.{group}.{name}" for group in groups for name in operations(group_of(azure, group))}
    for client in ("locks", "groups"):
        it = getattr(azure, client)._it
        found |= {f"{client}.{name}" for name in operations(it)}
        for group in [name for name in vars(it) if name[0] != "_"]:
            found |= {f"{client}.{group}.{name}" for name in operations(getattr(it, group))}
    return found | {f"tags.{name}" for name in operations(azure.tags._it)}


def test_every_operation_is_called_or_refused_by_name(azure):
    refused = {f"authorization.{group}.{name}" for group, names in NOT_EMULATED.items() for name in names.split()}
    assert published(azure) - CALLED == refused, "what is new gets a test, or a place in the table; run the whole folder"
    assert CALLED <= published(azure)


@pytest.mark.parametrize(("group", "name"), [(group, name) for group, names in NOT_EMULATED.items() for name in names.split()])
def test_what_is_not_emulated_is_refused_by_name(azure, group, name):
    call = getattr(group_of(azure, group), name)
    needed = [it.name for it in inspect.signature(call).parameters.values() if it.default is it.empty and it.kind != it.VAR_KEYWORD]
    arguments = {it: "eeeeeeee-0000-4000-8000-000000000001" for it in needed}
    bodies = {it: {} for it in ("parameters", "properties") if it in needed}
    with pytest.raises(HttpResponseError) as refused:
        found = call(**arguments | bodies | ({"scope": GROUP.lstrip("/")} if "scope" in needed else {}))
        list(found)
    assert (refused.value.status_code, refused.value.error.code) == (501, "NotEmulated")
