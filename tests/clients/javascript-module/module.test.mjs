// What the module promises beyond the example: forks, time, snapshots, settings, and errors that say what to do.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { ControlError, Emulator } from "adf-emulator";

let emulator, world;

before(async () => (emulator = await Emulator.start()));
after(() => emulator.stop());
beforeEach(async () => (world = await emulator.world()));
afterEach(() => world.close());

/** Runs an action with other variables of the environment. */
async function withEnvironment(variables, action) {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    await action();
  } finally {
    process.env = before;
  }
}

/** Whether a world answers no more. What a connection that is still open had sent before is answered to the end. */
async function isGone(world) {
  for (let tries = 0; tries < 1_000; tries++) {
    const answered = await world.export().then(
      () => true,
      () => false,
    );
    if (!answered) return true;
  }
  return false;
}

test("a fork and its origin do not see each other", async () => {
  const fork = await world.fork();
  assert.deepEqual(await fork.export({ state: false }), await world.export({ state: false }));
  await fork.replace({});
  assert.ok((await world.export()).tenants);
  assert.equal((await fork.export()).tenants?.length ?? 0, 0);
  await fork.close();
  assert.ok(await isGone(fork));
});

test("time, snapshots and settings are the world's own", async () => {
  await world.freeze();
  await world.snapshot("before");
  const { now } = await world.clock();
  await world.advance("PT1H");
  assert.notEqual((await world.clock()).now, now);
  await world.restore("before");
  assert.deepEqual(await world.clock(), { now, frozen: true });
  assert.equal((await world.settings({ throttling: true })).throttling, true);
  assert.equal((await emulator.startWorld.settings()).throttling, false);
});

test("a node is offline when its heartbeats stay away", async () => {
  const file = await world.export({ state: false });
  const group = file.resources[0].id;
  const factory = `${group}/providers/Microsoft.DataFactory/factories/adf-module`;
  const runtime = { id: `${factory}/integrationRuntimes/shared`, body: { properties: { type: "SelfHosted" } } };
  await world.replace({ ...file, resources: [...file.resources, { id: factory, body: { location: "eastus" } }, runtime] });
  const { resources } = await world.export();
  const { state } = resources.find(({ id }) => id.toLowerCase() === runtime.id.toLowerCase());
  const { id } = await world.registerNode(state.authKey1, "node1");
  assert.equal((await world.heartbeat(id, { cpuUtilization: 15 })).status, "Online");
  await world.advance((await world.settings()).offlineAfter);
  assert.equal((await world.node(id)).status, "Offline");
  assert.equal((await world.heartbeat(id)).cameBack, true);
  assert.equal((await world.setNode(id, { status: "Limited" })).status, "Limited");
  assert.deepEqual((await world.nodes()).map((node) => node.id), [id]);
  await world.removeNode(id);
  assert.deepEqual(await world.nodes(), []);
});

test("access is explained, and what was needed is told", async () => {
  const scope = (await world.export({ state: false })).resources[0].id;
  const action = "Microsoft.DataFactory/factories/write";
  assert.ok((await world.explain({ principal: "reader", action, scope })).wouldAllow.length);
  assert.ok((await world.whoCan({ action, scope })).some(({ principal }) => principal === "owner"));
  assert.ok((await world.whatCan("reader", scope)).some(({ operation }) => operation === "Factories_Get"));
  assert.deepEqual(await world.leastPrivilege(), []);
  assert.deepEqual((await world.leastPrivilege({ principal: "owner" })).map(({ principal }) => principal), ["owner"]);
  assert.ok((await world.rules()).some(({ name }) => name === "link-needs-grant"));
  assert.ok((await world.operations()).some(({ emulated }) => emulated === "full"));
});

test("device codes are answered", async () => {
  const form = { client_id: "04b07795-8ddb-461a-bbee-02f9e1bf7b46", scope: "https://management.azure.com/.default" };
  const codes = [];
  for (let number = 0; number < 2; number++) {
    const asked = await fetch(`${world.http}/organizations/oauth2/v2.0/devicecode`, { method: "POST", body: new URLSearchParams(form) });
    codes.push((await asked.json()).user_code);
  }
  await world.confirmSignIn(codes[0], "ada");
  await world.declineSignIn(codes[1]);
  const states = Object.fromEntries((await world.signIns()).map(({ userCode, state }) => [userCode, state]));
  assert.deepEqual(codes.map((code) => states[code]), ["confirmed", "declined"]);
  assert.equal((await world.federatedToken("ci", "api://AzureADTokenExchange")).split(".").length, 3);
});

test("what was put in is listed and taken out", async () => {
  await world.snapshot("kept");
  assert.ok((await world.snapshots()).includes("kept"));
  await world.forget("kept");
  assert.ok(!(await world.snapshots()).includes("kept"));
  const fault = await world.addFault({ answer: { status: 503 } });
  assert.deepEqual((await world.faults()).map(({ id }) => id), [fault]);
  await world.removeFault(fault);
  assert.deepEqual(await world.faults(), []);
  await world.clearRequests();
  assert.deepEqual(await world.requests(), []);
  await world.freeze();
  assert.equal((await world.setClock("2100-01-01T00:00:00Z")).now, "2100-01-01T00:00:00Z");
  assert.ok((await world.worlds()).some(({ id }) => id === world.id));
});

test("what is refused names the field", async () => {
  const refusal = await world.advance("soon").catch((error) => error);
  assert.ok(refusal instanceof ControlError);
  assert.deepEqual([refusal.status, refusal.target], [400, "advance"]);
});

test("requests are waited for", async () => {
  const waiting = world.waitForRequests({ operation: "Token" }, { timeoutSeconds: 10 });
  const { credential } = await world.azure();
  await credential.getToken("https://management.azure.com/.default");
  const [{ id, status }] = await waiting;
  assert.equal(status, 200);
  const { request } = await world.request(id);
  assert.match(request.body, /client_secret=\*\*\*/);
});

test("who has no binary is told how to get it", async () => {
  await withEnvironment({ ADF_EMULATOR_BIN: "/nonexistent" }, async () => {
    await assert.rejects(Emulator.start(), /ADF_EMULATOR_BIN names '\/nonexistent'/);
  });
  await withEnvironment({ ADF_EMULATOR_BIN: "", PATH: "" }, async () => {
    await assert.rejects(Emulator.start(), /cargo install --path/);
  });
});

test("what the binary says is told", async () => {
  await assert.rejects(Emulator.start("--world", "nowhere.json"), /status 2: .*nowhere\.json/s);
});

test("an application that the world does not have is named", async () => {
  await assert.rejects(world.azure("nobody"), /no application with a secret that is called 'nobody'/);
});

/** Returns whether somebody listens at a port. */
async function isListening(port) {
  const connection = connect(port, "127.0.0.1");
  try {
    await once(connection, "connect");
    return true;
  } catch ({ code }) {
    assert.ok(["ECONNREFUSED", "ECONNRESET"].includes(code), code);
    return false;
  } finally {
    connection.destroy();
  }
}

for (const how of ["SIGTERM", "SIGKILL"]) {
  test(`an emulator ends with the process that started it and got ${how}`, { timeout: 30_000 }, async () => {
    const suite = `
      const { Emulator } = await import("adf-emulator");
      const { http } = await Emulator.start();
      console.log(new URL(http).port);
      setInterval(() => {}, 1_000);
    `;
    // Where this file is, the module is found.
    const options = { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] };
    const child = spawn(process.execPath, ["--input-type=module", "-e", suite], options);
    const ended = once(child, "close").then(() => assert.fail("the suite ended before it had an emulator"));
    const [port] = await Promise.race([once(child.stdout.setEncoding("utf8"), "data"), ended]);
    assert.ok(await isListening(Number(port)));
    child.kill(how);
    while (await isListening(Number(port)));
  });
}

test("emulators leave nothing behind in the process, however many there were", async () => {
  const listeners = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
  const before = listeners();
  await (await Emulator.start()).stop();
  assert.deepEqual(listeners(), before);
});

test("what is closed twice is closed once", async () => {
  const other = await emulator.world();
  await Promise.all([other.close(), other.close()]);
  await other.close();
  assert.ok(!(await world.worlds()).some(({ id }) => id === other.id));
});
