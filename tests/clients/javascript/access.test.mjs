// Every operation of the Azure SDKs for JavaScript about access: @azure/arm-authorization, @azure/arm-locks,
// @azure/arm-managementgroups and the tags of @azure/arm-resources. Those of privileged identity management are in
// access-eligible.mjs, whose tests run here, so that the last test sees what all have called.
//
// It needs a caller who owns the root, so the tests share a world of their own: fixtures/worlds/administrator.json.

import assert from "node:assert/strict";
import { test } from "node:test";

import { UsernamePasswordCredential } from "@azure/identity";

import "./access-eligible.mjs";
import {
  administrator,
  all,
  called,
  clients,
  factory,
  group,
  groupsOf,
  here,
  id,
  names,
  newWorld,
  operations,
  role,
  send,
  subscription,
  tenant,
  unnoted,
} from "./access-clients.mjs";

const world = await newWorld();
const azure = administrator(world);
/** How operations at a resource name the factory. */
const atFactory = ["rg", "Microsoft.DataFactory", "", "factories", "adf-governed"];
const ada = "55555555-5555-5555-5555-000000000021";
const bob = "55555555-5555-5555-5555-000000000022";
const reader = role("acdd72a7-3385-48ef-bd42-f606fba81ae7");
const name = "aaaaaaaa-0000-4000-8000-000000000011";
const other = "aaaaaaaa-0000-4000-8000-000000000012";
const isNotFound = (problem) => problem.statusCode === 404;

test("role definitions", async () => {
  const roles = azure.authorization.roleDefinitions;
  const notActions = ["Microsoft.DataFactory/factories/delete"];
  const permissions = [{ actions: ["Microsoft.DataFactory/*"], notActions }];
  const wanted = { roleName: "Factory keeper", roleType: "CustomRole", permissions, assignableScopes: [subscription] };
  const made = await roles.createOrUpdate(subscription, name, wanted);
  assert.deepEqual([made.roleName, made.roleType, made.permissions[0].notActions], ["Factory keeper", "CustomRole", notActions]);
  assert.equal((await roles.get(group, name)).id, made.id);
  assert.equal((await roles.getById(made.id)).id, made.id);
  assert.deepEqual(await names(roles.list(subscription, { filter: "type eq 'CustomRole'" })), [name]);
  assert.equal((await roles.delete(subscription, name)).roleName, "Factory keeper");
  await assert.rejects(roles.get(subscription, name), isNotFound);
});

test("role assignments", async () => {
  const { roleAssignments } = azure.authorization;
  const wanted = { roleDefinitionId: reader, principalId: bob, principalType: "User", description: "For now." };
  const made = await roleAssignments.create(group, name, wanted);
  assert.deepEqual([made.principalId, made.scope, made.description], [bob, group, "For now."]);
  const byId = await roleAssignments.createById(`${factory}/providers/Microsoft.Authorization/roleAssignments/${other}`, wanted);
  assert.equal((await roleAssignments.get(group, name)).id, made.id);
  assert.equal((await roleAssignments.getById(made.id)).id, made.id);
  const ofBob = { filter: `principalId eq '${bob}'` };
  for (const list of [
    roleAssignments.listForSubscription(ofBob),
    roleAssignments.listForResourceGroup("rg", ofBob),
    roleAssignments.listForResource("rg", "Microsoft.DataFactory", "factories", "adf-governed", ofBob),
  ]) {
    assert.deepEqual(await names(list), [name, other]);
  }
  assert.deepEqual(await names(roleAssignments.listForScope(group, { filter: `atScope() and assignedTo('${bob}')` })), [name]);
  assert.equal((await roleAssignments.delete(group, name)).name, name);
  assert.equal((await roleAssignments.deleteById(byId.id)).name, other);
});

test("deny assignments are read", async () => {
  const deny = `${group}/providers/Microsoft.Authorization/denyAssignments/${name}`;
  const permissions = [{ actions: ["Microsoft.DataFactory/factories/delete"] }];
  const properties = { denyAssignmentName: "No deletions", permissions, principals: [{ id: bob, type: "User" }] };
  // The released client only reads them.
  const at = `${world.http}${deny}?api-version=2024-07-01-preview`;
  const administrator = { authorization: "Bearer administrator" };
  await send("PUT", at, { properties }, administrator);
  const { denyAssignments } = azure.authorization;
  assert.equal((await denyAssignments.get(group, name)).id, deny);
  assert.equal((await denyAssignments.getById(deny)).id, deny);
  for (const list of [
    denyAssignments.list(),
    denyAssignments.list({ filter: `principalId eq '${bob}'` }),
    denyAssignments.listForScope(group, { filter: "atScope()" }),
    denyAssignments.listForResourceGroup("rg"),
    denyAssignments.listForResource(...atFactory),
  ]) {
    const [found, ...more] = await all(list);
    assert.deepEqual([found.denyAssignmentName, found.isSystemProtected, more], ["No deletions", false, []]);
  }
  await send("DELETE", at, undefined, administrator);
});

test("what there is to permit", async () => {
  const { permissions, providerOperationsMetadataOperations, classicAdministrators } = azure.authorization;
  for (const list of [permissions.listForResourceGroup("rg"), permissions.listForResource(...atFactory)]) {
    assert.deepEqual((await all(list)).map((it) => it.actions), [["*"]]);
  }
  const { resourceTypes } = await providerOperationsMetadataOperations.get("Microsoft.DataFactory");
  const operations = resourceTypes.flatMap((type) => type.operations.map((it) => it.name));
  assert.ok(operations.includes("Microsoft.DataFactory/factories/read"));
  assert.ok((await names(providerOperationsMetadataOperations.list())).includes("Microsoft.Authorization"));
  assert.deepEqual(await all(classicAdministrators.list()), []);
});

test("a global administrator takes access to everything", async () => {
  // The public client of Azure's own tools.
  const tools = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
  const credential = new UsernamePasswordCredential(tenant, tools, "ada@contoso.onmicrosoft.com", "ada-password", here(world));
  const who = clients(world, credential);
  await assert.rejects(all(who.groups.managementGroups.list()), { code: "AuthorizationFailed" });
  await who.authorization.globalAdministrator.elevateAccess();
  const { roleAssignments } = azure.authorization;
  const [held, ...more] = await all(roleAssignments.listForScope("/", { filter: `principalId eq '${ada}'` }));
  assert.deepEqual([held.scope, more], ["/", []]);
  assert.notDeepEqual(await all(who.groups.managementGroups.list()), []);
  await roleAssignments.deleteById(held.id);
});

for (const [level, where] of [
  ["AtSubscriptionLevel", []],
  ["AtResourceGroupLevel", ["rg"]],
  ["AtResourceLevel", atFactory],
  ["ByScope", [factory]],
]) {
  test(`locks ${level}`, async () => {
    const { managementLocks } = azure.locks;
    const call = (verb, ...more) => managementLocks[`${verb}${level}`](...where, ...more);
    const made = await call("createOrUpdate", "keep", { level: "CanNotDelete", notes: "Ours." });
    assert.deepEqual([made.level, made.notes], ["CanNotDelete", "Ours."]);
    assert.equal((await call("createOrUpdate", "keep", { level: "ReadOnly" })).level, "ReadOnly");
    assert.equal((await call("get", "keep")).id, made.id);
    assert.deepEqual(await names(call("list")), ["keep"]);
    assert.deepEqual(await names(call("list", { filter: "atScope()" })), ["keep"]);
    await call("delete", "keep");
    await assert.rejects(call("get", "keep"), isNotFound);
  });
}

test("operations of providers are listed", async () => {
  assert.ok((await names(azure.locks.authorizationOperations.list())).includes("Microsoft.Authorization/locks/write"));
  assert.ok((await names(azure.groups.operations.list())).includes("Microsoft.Management/managementGroups/read"));
});

test("management groups", async () => {
  const { managementGroups, managementGroupSubscriptions, entities } = azure.groups;
  const groupId = (of) => `/providers/Microsoft.Management/managementGroups/${of}`;
  const wanted = { displayName: "Sales", details: { parent: { id: groupId("top") } } };
  await managementGroups.beginCreateOrUpdateAndWait("sales", wanted, { updateIntervalInMs: 1 });
  const shown = await managementGroups.get("sales");
  assert.deepEqual([shown.displayName, shown.details.parent.name], ["Sales", "top"]);
  const changed = await managementGroups.update("sales", { displayName: "All sales", parentGroupId: groupId("low") });
  assert.deepEqual([changed.displayName, changed.details.parent.name], ["All sales", "low"]);
  const tree = await managementGroups.get("top", { expand: "children", recurse: true });
  assert.equal(tree.children[0].children[0].name, "sales");
  assert.deepEqual(await names(managementGroups.list()), [tenant, "low", "sales", "top"].toSorted());
  assert.deepEqual(await names(managementGroups.listDescendants("top")), ["low", "sales"]);
  assert.equal((await managementGroupSubscriptions.create("sales", id)).displayName, "Contoso");
  assert.equal((await managementGroupSubscriptions.getSubscription("sales", id)).name, id);
  assert.deepEqual(await names(managementGroupSubscriptions.listSubscriptionsUnderManagementGroup("sales")), [id]);
  assert.deepEqual(await names(entities.list({ view: "GroupsOnly", filter: "name eq 'sales'" })), ["sales"]);
  assert.deepEqual(await names(entities.list({ search: "ChildrenOnly", groupName: "sales" })), [id]);
  await managementGroupSubscriptions.delete("sales", id);
  await managementGroups.beginDeleteAndWait("sales", { updateIntervalInMs: 1 });
  await assert.rejects(managementGroups.get("sales"), isNotFound);
});

test("the tenant of management groups", async () => {
  const { groups } = azure;
  const wanted = { name: "top", type: "Microsoft.Management/managementGroups" };
  assert.equal((await groups.checkNameAvailability(wanted)).nameAvailable, false);
  assert.equal((await groups.startTenantBackfill()).status, "Completed");
  assert.equal((await groups.tenantBackfillStatus()).status, "Completed");
  const settings = groups.hierarchySettingsOperations;
  const low = "/providers/Microsoft.Management/managementGroups/low";
  const made = await settings.createOrUpdate(tenant, { defaultManagementGroup: low, requireAuthorizationForGroupCreation: true });
  assert.equal(made.defaultManagementGroup, low);
  assert.equal((await settings.update(tenant, { requireAuthorizationForGroupCreation: false })).requireAuthorizationForGroupCreation, false);
  assert.equal((await settings.get(tenant)).defaultManagementGroup, low);
  assert.equal((await settings.list(tenant)).value.length, 1);
  await settings.delete(tenant);
  await assert.rejects(settings.get(tenant), isNotFound);
});

test("tags", async () => {
  const { tags } = azure;
  assert.equal((await tags.createOrUpdate("env")).tagName, "env");
  assert.equal((await tags.createOrUpdateValue("env", "test")).tagValue, "test");
  const both = { env: "test", team: "data" };
  assert.deepEqual((await tags.beginCreateOrUpdateAtScopeAndWait(factory, { properties: { tags: both } })).properties.tags, both);
  const patch = { operation: "Delete", properties: { tags: { team: "data" } } };
  assert.deepEqual((await tags.beginUpdateAtScopeAndWait(factory, patch)).properties.tags, { env: "test" });
  assert.deepEqual((await tags.getAtScope(factory)).properties.tags, { env: "test" });
  const [env, ...more] = await all(tags.list());
  assert.deepEqual([env.tagName, env.count.value, env.values[0].count.value, more], ["env", 1, 1, []]);
  await assert.rejects(tags.deleteValue("env", "test"), { code: "PredefinedTagInUse" });
  await tags.beginDeleteAtScopeAndWait(factory);
  await tags.deleteValue("env", "test");
  await tags.delete("env");
  assert.deepEqual(await all(tags.list()), []);
});

test("every operation that the packages have is called", () => {
  const found = Object.entries(unnoted(world, {})).flatMap(([client, it]) => [
    ...operations(it).map((operation) => `${client}.${operation}`),
    ...groupsOf(it).flatMap(([group, of]) => operations(of).map((operation) => `${client}.${group}.${operation}`)),
  ]);
  assert.ok(found.length > 100, "the packages are made in another way");
  // What is not emulated is called too, and refused by name.
  assert.deepEqual(found.filter((operation) => !called.has(operation)), [], "what is new gets a test");
});
