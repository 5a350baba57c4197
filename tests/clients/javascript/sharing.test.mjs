// Walks through fixtures/scenarios/sharing.json with the released Azure SDKs for JavaScript, each step a test.
//
// The steps build on each other and run in order in one world; after the first that fails, the others are skipped.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Azure } from "./azure-clients.mjs";

assert(process.env.EMULATOR_URL, "no emulator: run this as 'adf-emulator exec -- node --test'");
const scenario = JSON.parse(readFileSync(new URL("../../../fixtures/scenarios/sharing.json", import.meta.url), "utf8"));

const values = { tenant: process.env.AZURE_TENANT_ID, subscription: process.env.AZURE_SUBSCRIPTION_ID };
for (const [name, caller] of Object.entries(scenario.callers)) {
  for (const [key, value] of Object.entries(caller)) {
    values[`${name}.${key}`] = value;
  }
}
Object.assign(values, scenario.values);

const clients = new Map();
const client = (who) => {
  if (!clients.has(who)) {
    const { clientId, secret } = scenario.callers[who];
    clients.set(who, new Azure(clientId, secret));
  }
  return clients.get(who);
};

/** Puts values in the place of {names}, also in values themselves. */
const fill = (template) => {
  if (Array.isArray(template)) {
    return template.map(fill);
  }
  if (template !== null && typeof template === "object") {
    return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value)]));
  }
  while (typeof template === "string" && /\{[\w.-]+\}/.test(template)) {
    template = template.replace(/\{([\w.-]+)\}/g, (_, name) => values[name] ?? assert.fail(`there is no {${name}}`));
  }
  return template;
};

/** Returns what stands at a dotted path; a number is the place in a list. */
const member = (body, path) => path.split(".").reduce((inside, part) => inside?.[part], body);

/** Returns the bodies of all answers as one: the lists of all pages joined. */
const pages = (answers) => {
  const bodies = answers.filter(({ bodyAsText }) => bodyAsText).map(({ bodyAsText }) => JSON.parse(bodyAsText));
  const isList = bodies.length > 1 && bodies.every((body) => body.value);
  return isList ? { value: bodies.flatMap((body) => body.value) } : bodies.at(-1);
};

const checkNames = (names, { exactly, with: some = [], without = [] }) => {
  if (exactly) {
    assert.deepEqual(names.toSorted(), exactly.toSorted());
  }
  assert.deepEqual(some.filter((name) => !names.includes(name)), []);
  assert.deepEqual(without.filter((name) => names.includes(name)), []);
};

const checkRefusal = (step, refusal, answer) => {
  if (step.signIn) {
    assert(refusal.message.includes(step.signIn), refusal.message);
    assert.equal(answer, undefined, "a request was made without a token");
    return;
  }
  if (!answer || !step.code) {
    throw refusal;
  }
  const { error } = JSON.parse(answer.bodyAsText);
  assert.deepEqual([answer.status, error.code], [step.status, step.code], error.message);
  assert.deepEqual([refusal.statusCode, refusal.code], [step.status, step.code]);
  if (step.message) {
    assert.equal(error.message, step.message);
    assert(refusal.message.includes(step.message), refusal.message);
  }
  if (step.rule) {
    assert.equal(answer.headers.get("x-emulator-rule"), step.rule);
  }
};

const checkSuccess = (step, result, answers) => {
  assert(!step.code && !step.signIn, "this should have been refused");
  assert.equal(answers.at(-1).status, step.status);
  const body = pages(answers);
  for (const [path, expected] of Object.entries(step.body ?? {})) {
    assert.equal(member(body, path), expected, path);
  }
  if (step.names) {
    const names = body.value.map(({ name }) => name);
    checkNames(names, step.names);
    assert.deepEqual(result.map(({ name }) => name), names);
  }
  for (const [name, path] of Object.entries(step.keep ?? {})) {
    values[name] = member(body, path);
    assert(values[name], `${path} is empty`);
  }
};

const take = async (step) => {
  const azure = client(step.who);
  let result;
  try {
    result = await azure.call(step.operation, step.with ?? {});
  } catch (refusal) {
    checkRefusal(step, refusal, azure.answers.at(-1));
    return;
  }
  checkSuccess(step, result, azure.answers);
};

let brokenAt;
for (const step of scenario.steps) {
  test(step.name, async (context) => {
    if (brokenAt) {
      context.skip(`the scenario broke at '${brokenAt}'`);
      return;
    }
    brokenAt = step.name;
    await take(fill(step));
    brokenAt = undefined;
  });
}
