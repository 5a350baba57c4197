// The clients of the Azure SDKs for JavaScript about access, in worlds of their own, and which of their operations the suite has
// called.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after } from "node:test";

import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ManagementLockClient } from "@azure/arm-locks";
import { ManagementGroupsAPI } from "@azure/arm-managementgroups";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential } from "@azure/identity";

const { EMULATOR_HTTP_URL: http } = process.env;
assert(http, "no emulator: run this as 'adf-emulator exec -- node --test'");

export const tenant = "11111111-1111-1111-1111-111111111111";
export const id = "22222222-2222-2222-2222-222222222222";
export const subscription = `/subscriptions/${id}`;
export const group = `${subscription}/resourceGroups/rg`;
export const factory = `${group}/providers/Microsoft.DataFactory/factories/adf-governed`;
export const role = (name) => `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${name}`;

export const send = async (method, url, body, headers = {}) => {
  const options = { method, body: body && JSON.stringify(body), headers: { "content-type": "application/json", ...headers } };
  const answer = await fetch(url, options);
  assert.ok(answer.ok, `${method} ${url}: ${answer.status}`);
  const text = await answer.text();
  return text && JSON.parse(text);
};

/** A world that an administrator owns from the root down, gone behind the last test. */
export const newWorld = async () => {
  const file = new URL("../../../fixtures/worlds/administrator.json", import.meta.url);
  const world = await send("POST", `${http}/_emulator/worlds`, { world: JSON.parse(readFileSync(file, "utf8")) });
  after(() => send("DELETE", `${http}/_emulator/worlds/${world.id}`));
  return world;
};

/** What has been called, as client.group.operation. */
export const called = new Set();

/** The names of the operations of a client, or of a group of them; what reads pages is no operation. */
export const operations = (it) =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(it)).filter(
    (name) => !/^(constructor|_.*|addCustomApiVersionPolicy|.*Paging(Page|All))$/.test(name),
  );

/** The groups of operations of a client, by name. */
export const groupsOf = (client) =>
  Object.entries(client).filter(([name, it]) => name[0] !== "_" && it?.constructor?.name.endsWith("Impl"));

/** A client, or a group of its operations, that notes what is called. */
const noted = (it, path) =>
  new Proxy(it, {
    get: (_, name, receiver) => {
      const found = it[name];
      if (typeof found === "function" && operations(it).includes(name)) {
        return (...more) => {
          called.add(`${path}.${name}`);
          return found.apply(receiver, more);
        };
      }
      return groupsOf(it).some(([group]) => group === name) ? noted(found, `${path}.${name}`) : found;
    },
  });

/** The clients themselves, by the names under which their operations are noted. */
export const unnoted = (world, credential, more = {}) => {
  const options = { endpoint: world.https, ...more };
  return {
    authorization: new AuthorizationManagementClient(credential, id, options),
    locks: new ManagementLockClient(credential, id, options),
    groups: new ManagementGroupsAPI(credential, options),
    tags: new ResourceManagementClient(credential, id, options).tagsOperations,
  };
};

export const clients = (world, credential, more = {}) =>
  Object.fromEntries(Object.entries(unnoted(world, credential, more)).map(([name, it]) => [name, noted(it, name)]));

export const here = (world) => ({ authorityHost: world.https, disableInstanceDiscovery: true });

export const signedIn = (world, number, secret, more = {}) => {
  const application = `33333333-3333-3333-3333-0000000000${number}`;
  return clients(world, new ClientSecretCredential(tenant, application, secret, here(world)), more);
};

export const administrator = (world, more = {}) => signedIn(world, 21, "administrator-secret", more);

export const all = async (list) => {
  const found = [];
  for await (const element of list) {
    found.push(element);
  }
  return found;
};
export const names = async (list) => (await all(list)).map((it) => it.name).toSorted();
