// Privileged identity management as @azure/arm-authorization asks for it: who is eligible, who activates, by which policy.
//
// The worker of fixtures/worlds/administrator.json is made eligible, in a world whose clock the tests move.

import assert from "node:assert/strict";
import { test } from "node:test";

import { administrator, all, factory, group, names, newWorld, role, send, signedIn, subscription } from "./access-clients.mjs";

const world = await newWorld();
const azure = administrator(world).authorization;
const worker = signedIn(world, 22, "worker-secret");
const principalId = "44444444-4444-4444-4444-000000000022";
const roleDefinitionId = role("b24988ac-6180-42a0-ab88-20f7382dd24c");
const ofWorker = { filter: `principalId eq '${principalId}'` };

const request = (number) => `eeeeeeee-0000-4000-8000-${String(number).padStart(12, "0")}`;
/** The body of a request, which lasts so long from its start. */
const asks = (requestType, duration, more = {}, startDateTime = undefined) => {
  const scheduleInfo = { startDateTime, expiration: { type: "AfterDuration", duration } };
  return { principalId, roleDefinitionId, requestType, justification: "on call", scheduleInfo, ...more };
};
const advance = (duration) => send("PATCH", `${world.http}/_emulator/clock`, { advance: duration });
const tag = () => worker.tags.beginCreateOrUpdateAtScopeAndWait(factory, { properties: { tags: { on: "call" } } });

test("eligibility, activation and its end", async () => {
  const given = azure.roleEligibilityScheduleRequests;
  const activated = worker.authorization.roleAssignmentScheduleRequests;
  assert.equal((await given.validate(group, request(1), asks("AdminAssign", "P30D"))).status, "Granted");
  assert.deepEqual(await names(given.listForScope(group)), []);
  const made = await given.create(group, request(1), asks("AdminAssign", "P30D"));
  assert.deepEqual([made.status, made.principalType, made.scope], ["Provisioned", "ServicePrincipal", group]);
  assert.deepEqual(await given.get(group, request(1)), made);
  assert.deepEqual(await names(given.listForScope(group, { filter: "asRequestor()" })), [request(1)]);

  const { roleEligibilitySchedules, roleEligibilityScheduleInstances } = azure;
  const [schedule] = await all(roleEligibilitySchedules.listForScope(group, ofWorker));
  assert.deepEqual([schedule.name, schedule.memberType], [made.targetRoleEligibilityScheduleId, "Direct"]);
  assert.deepEqual((await roleEligibilitySchedules.get(group, schedule.name)).endDateTime, schedule.endDateTime);
  const [instance] = await all(roleEligibilityScheduleInstances.listForScope(group, ofWorker));
  assert.equal((await roleEligibilityScheduleInstances.get(group, instance.name)).roleEligibilityScheduleId, schedule.id);
  const groups = { filter: "resourceType eq 'resourcegroup'" };
  assert.deepEqual(await names(worker.authorization.eligibleChildResources.list(subscription, groups)), ["rg"]);

  await assert.rejects(tag(), { code: "AuthorizationFailed" });
  const body = asks("SelfActivate", "PT8H", { linkedRoleEligibilityScheduleId: schedule.name });
  assert.equal((await activated.validate(group, request(2), body)).status, "Granted");
  assert.equal((await activated.create(group, request(2), body)).status, "Provisioned");
  assert.equal((await activated.get(group, request(2))).linkedRoleEligibilityScheduleId, schedule.name);
  await tag();

  const { roleAssignmentSchedules, roleAssignmentScheduleInstances } = worker.authorization;
  const mine = await all(roleAssignmentSchedules.listForScope(group, { filter: "asTarget()" }));
  const active = mine.find((it) => it.scope === group);
  assert.deepEqual([active.assignmentType, active.linkedRoleEligibilityScheduleId], ["Activated", schedule.name]);
  assert.equal((await roleAssignmentSchedules.get(group, active.name)).id, active.id);
  const instances = await all(roleAssignmentScheduleInstances.listForScope(group, { filter: "asTarget()" }));
  const { name } = instances.find((it) => it.roleAssignmentScheduleId === active.id);
  const { originRoleAssignmentId } = await roleAssignmentScheduleInstances.get(group, name);
  assert.equal((await azure.roleAssignments.getById(originRoleAssignmentId)).principalId, principalId);
  assert.ok((await names(activated.listForScope(group, { filter: "asRequestor()" }))).includes(request(2)));

  const back = asks("SelfDeactivate", "PT8H");
  await assert.rejects(activated.create(group, request(3), back), { code: "ActiveDurationTooShort" });
  await advance("PT5M");
  assert.equal((await activated.create(group, request(3), back)).status, "Revoked");
  await assert.rejects(tag(), { code: "AuthorizationFailed" });
  assert.equal((await given.create(group, request(4), asks("AdminRemove", "P30D"))).status, "Revoked");
  await assert.rejects(activated.create(group, request(5), body), { code: "RoleAssignmentRequestPolicyValidationFailed" });
});

for (const [number, family] of [[11, "Assignment"], [12, "Eligibility"]]) {
  test(`a request for an ${family} that waits is canceled`, async () => {
    const requests = azure[`role${family}ScheduleRequests`];
    const later = asks("AdminAssign", "PT8H", {}, new Date("2100-01-01T00:00:00Z"));
    assert.equal((await requests.create(group, request(number), later)).status, "Granted");
    await requests.cancel(group, request(number));
    assert.equal((await requests.get(group, request(number))).status, "Canceled");
    await assert.rejects(requests.cancel(group, request(number)), { code: "RoleAssignmentRequestCannotBeCanceled" });
  });
}

/** The client has no parameter for the filter that Azure has, without which there is a policy for every role. */
const filter = {
  name: "filter",
  sendRequest: (sent, next) => {
    if (/roleManagementPolic\w+\?/.test(sent.url)) {
      sent.url += `&$filter=${encodeURIComponent(`roleDefinitionId eq '${roleDefinitionId}'`)}`;
    }
    return next(sent);
  },
};

test("the policy of a role", async () => {
  const client = administrator(world, { additionalPolicies: [{ policy: filter, position: "perCall" }] }).authorization;
  const { roleManagementPolicies, roleManagementPolicyAssignments } = client;
  const [binding, ...more] = await all(roleManagementPolicyAssignments.listForScope(group));
  const [policy, ...others] = await all(roleManagementPolicies.listForScope(group));
  assert.deepEqual([binding.policyId, more, others], [policy.id, [], []]);
  const forEver = { id: "Expiration_Admin_Eligibility", ruleType: "RoleManagementPolicyExpirationRule", isExpirationRequired: false };
  const changed = await roleManagementPolicies.update(group, policy.name, { rules: [forEver] });
  const expiration = changed.rules.find((it) => it.id === forEver.id);
  assert.deepEqual([expiration.isExpirationRequired, expiration.maximumDuration], [false, "P365D"]);
  assert.deepEqual(await roleManagementPolicies.get(group, policy.name), changed);

  assert.equal((await roleManagementPolicyAssignments.get(group, binding.name)).effectiveRules.length, changed.rules.length);
  assert.equal((await roleManagementPolicyAssignments.create(group, binding.name, { policyId: policy.id })).id, binding.id);
  await assert.rejects(roleManagementPolicyAssignments.delete(group, binding.name), { statusCode: 501, code: "NotEmulated" });
  await roleManagementPolicyAssignments.delete(group, `${request(1)}_${request(2)}`);

  await roleManagementPolicies.delete(group, policy.name);
  assert.deepEqual((await roleManagementPolicies.get(group, policy.name)).rules, policy.rules);
});
