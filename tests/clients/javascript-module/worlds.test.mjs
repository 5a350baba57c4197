// Each test has a world of its own, and says nothing of where it is. Under node:test; Vitest and Jest differ in two lines.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { DataFactoryManagementClient } from "@azure/arm-datafactory";
import { Emulator } from "adf-emulator";

let emulator, world, factories;

/** The names of all factories. */
const names = async () => {
  const found = [];
  for await (const factory of factories.list()) found.push(factory.name);
  return found;
};

before(async () => (emulator = await Emulator.start()));
after(() => emulator.stop());

beforeEach(async () => {
  world = await emulator.world();
  const { credential, subscriptionId, options } = await world.azure();
  factories = new DataFactoryManagementClient(credential, subscriptionId, options).factories;
});
afterEach(() => world.close());

test("a factory gets an identity", async () => {
  const wanted = { location: "eastus", identity: { type: "SystemAssigned" } };
  const made = await factories.createOrUpdate("rg-shared", "adf-module", wanted);
  assert.ok(made.identity.principalId);
});

test("no other test is seen", async () => {
  assert.deepEqual(await names(), []);
});

test("a busy service is asked again", async () => {
  await world.addFault({ match: { operation: "Factories_List" }, answer: { status: 503, retryAfterSeconds: 0 } });
  assert.deepEqual(await names(), []);
  const { ok } = await world.verifyRequests({ operation: "Factories_List" }, { exactly: 2 });
  assert.ok(ok);
});

test("a reader creates nothing", async () => {
  const { credential, subscriptionId, options } = await world.azure("reader");
  const reader = new DataFactoryManagementClient(credential, subscriptionId, options);
  const create = reader.factories.createOrUpdate("rg-shared", "adf-module", { location: "eastus" });
  await assert.rejects(create, { code: "AuthorizationFailed" });
  const [refused] = await world.requests({ status: 403 });
  assert.equal(refused.decision.action, "Microsoft.DataFactory/factories/write");
});
