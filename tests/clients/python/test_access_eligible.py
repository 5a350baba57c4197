"""Privileged identity management as azure-mgmt-authorization asks for it: who is eligible, who activates, by which policy.

The worker of fixtures/worlds/administrator.json is made eligible; the tests share a world of their own, whose clock they move.
"""

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.authorization import models

from azure_access import FACTORY, GROUP, ID, SUBSCRIPTION, administrator, advance, names, new_world, signed_in

WORKER = "44444444-4444-4444-4444-000000000022"
CONTRIBUTOR = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
OF_WORKER = f"principalId eq '{WORKER}'"


@pytest.fixture(scope="module")
def world():
    with new_world() as world:
        yield world


@pytest.fixture(scope="module")
def azure(world):
    return administrator(world["https"])


@pytest.fixture(scope="module")
def worker(world):
    return signed_in(world["https"], "33333333-3333-3333-3333-000000000022", "worker-secret")


def request(number):
    return f"eeeeeeee-0000-4000-8000-{number:012}"


def asks(family, request_type, duration, start=None, **more):
    """The body of a request of a family, which lasts so long from its start."""
    of = f"Role{family}ScheduleRequest"
    expiration = getattr(models, f"{of}PropertiesScheduleInfoExpiration")(type="AfterDuration", duration=duration)
    info = getattr(models, f"{of}PropertiesScheduleInfo")(start_date_time=start, expiration=expiration)
    body = {"principal_id": WORKER, "role_definition_id": CONTRIBUTOR, "request_type": request_type, "justification": "on call"}
    return getattr(models, of)(**body, schedule_info=info, **more)


def is_refused(code, call, *arguments):
    with pytest.raises(HttpResponseError) as refused:
        call(*arguments)
    assert refused.value.error.code == code


def test_eligibility_activation_and_its_end(azure, worker, world):
    given, activated = azure.authorization.role_eligibility_schedule_requests, worker.authorization.role_assignment_schedule_requests
    would = given.validate(GROUP, request(1), asks("Eligibility", "AdminAssign", "P30D"))
    assert (would.status, names(given.list_for_scope(GROUP))) == ("Granted", [])
    made = given.create(GROUP, request(1), asks("Eligibility", "AdminAssign", "P30D"))
    assert (made.status, made.principal_type, made.scope) == ("Provisioned", "ServicePrincipal", GROUP)
    assert given.get(GROUP, request(1)).as_dict() == made.as_dict()
    assert names(given.list_for_scope(GROUP, filter="asRequestor()")) == [request(1)]

    schedules, instances = azure.authorization.role_eligibility_schedules, azure.authorization.role_eligibility_schedule_instances
    [schedule] = schedules.list_for_scope(GROUP, filter=OF_WORKER)
    assert (schedule.name, schedule.member_type) == (made.target_role_eligibility_schedule_id, "Direct")
    assert schedules.get(GROUP, schedule.name).end_date_time == schedule.end_date_time
    [instance] = instances.list_for_scope(GROUP, filter=OF_WORKER)
    assert instances.get(GROUP, instance.name).role_eligibility_schedule_id == schedule.id
    children = worker.authorization.eligible_child_resources.get(SUBSCRIPTION, filter="resourceType eq 'resourcegroup'")
    assert [it.name for it in children] == ["rg"]

    tag = {"properties": {"tags": {"on": "call"}}}
    is_refused("AuthorizationFailed", worker.tags.begin_create_or_update_at_scope, FACTORY, tag)
    body = asks("Assignment", "SelfActivate", "PT8H", linked_role_eligibility_schedule_id=schedule.name)
    assert activated.validate(GROUP, request(2), body).status == "Granted"
    assert activated.create(GROUP, request(2), body).status == "Provisioned"
    worker.tags.begin_create_or_update_at_scope(FACTORY, tag).result()

    schedules, instances = worker.authorization.role_assignment_schedules, worker.authorization.role_assignment_schedule_instances
    [active] = [it for it in schedules.list_for_scope(GROUP, filter="asTarget()") if it.scope == GROUP]
    assert (active.assignment_type, active.linked_role_eligibility_schedule_id) == ("Activated", schedule.name)
    assert schedules.get(GROUP, active.name).id == active.id
    [instance] = [it for it in instances.list_for_scope(GROUP, filter="asTarget()") if it.role_assignment_schedule_id == active.id]
    origin = instances.get(GROUP, instance.name).origin_role_assignment_id
    assert azure.authorization.role_assignments.get_by_id(origin).principal_id == WORKER
    assert request(2) in names(activated.list_for_scope(GROUP, filter="asRequestor()"))

    back = asks("Assignment", "SelfDeactivate", "PT8H")
    is_refused("ActiveDurationTooShort", activated.create, GROUP, request(3), back)
    advance(world, "PT5M")
    assert activated.create(GROUP, request(3), back).status == "Revoked"
    is_refused("AuthorizationFailed", worker.tags.begin_create_or_update_at_scope, FACTORY, tag)
    assert given.create(GROUP, request(4), asks("Eligibility", "AdminRemove", "P30D")).status == "Revoked"
    is_refused("RoleAssignmentRequestPolicyValidationFailed", activated.create, GROUP, request(5), body)


@pytest.mark.parametrize(("number", "version"), [(21, "2020-10-01-preview"), (22, "2020-10-01"), (23, "2022-04-01-preview")])
@pytest.mark.parametrize("family", ["Assignment", "Eligibility"])
def test_a_request_that_waits_is_canceled_in_every_version(azure, number, version, family):
    client = AuthorizationManagementClient(azure.credential, ID, api_version=version, base_url=azure.url)
    requests = getattr(client, f"role_{family.lower()}_schedule_requests")
    name = request(number + (100 if family == "Assignment" else 200))
    made = requests.create(GROUP, name, asks(family, "AdminAssign", "PT8H", start="2100-01-01T00:00:00Z"))
    assert made.status == "Granted"
    # The default client cancels what another version made.
    getattr(azure.authorization, f"role_{family.lower()}_schedule_requests").cancel(GROUP, name)
    assert requests.get(GROUP, name).status == "Canceled"
    is_refused("RoleAssignmentRequestCannotBeCanceled", requests.cancel, GROUP, name)


def test_an_administrator_gives_a_role_for_a_time(azure, worker, world):
    requests = azure.authorization.role_assignment_schedule_requests
    assert requests.create(GROUP, request(11), asks("Assignment", "AdminAssign", "PT6M")).status == "Provisioned"
    assert requests.get(GROUP, request(11)).schedule_info.expiration.duration == "PT6M"
    tag = {"properties": {"tags": {"for": "a time"}}}
    worker.tags.begin_create_or_update_at_scope(FACTORY, tag).result()
    advance(world, "PT6M")
    is_refused("AuthorizationFailed", worker.tags.begin_create_or_update_at_scope, FACTORY, tag)


def test_the_policy_of_a_role(azure):
    policies, bindings = azure.authorization.role_management_policies, azure.authorization.role_management_policy_assignments
    # The client has no parameter for the filter that Azure has.
    of_contributor = {"$filter": f"roleDefinitionId eq '{CONTRIBUTOR}'"}
    [policy] = policies.list_for_scope(GROUP, params=of_contributor)
    for_ever = models.RoleManagementPolicyExpirationRule(id="Expiration_Admin_Eligibility", is_expiration_required=False)
    changed = policies.update(GROUP, policy.name, models.RoleManagementPolicy(rules=[for_ever]))
    [expiration] = [it for it in changed.rules if it.id == for_ever.id]
    assert (expiration.is_expiration_required, expiration.maximum_duration) == (False, "P365D")
    assert policies.get(GROUP, policy.name).as_dict() == changed.as_dict()

    [binding] = bindings.list_for_scope(GROUP, params=of_contributor)
    assert binding.policy_id == policy.id
    assert len(bindings.get(GROUP, binding.name).effective_rules) == len(changed.rules)
    assert bindings.create(GROUP, binding.name, models.RoleManagementPolicyAssignment(policy_id=policy.id)).id == binding.id
    is_refused("NotEmulated", bindings.delete, GROUP, binding.name)
    bindings.delete(GROUP, f"{request(1)}_{request(2)}")

    policies.delete(GROUP, policy.name)
    assert policies.get(GROUP, policy.name).rules == policy.rules
