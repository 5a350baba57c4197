// Starts adf-emulator and drives its worlds, under any test framework.
//
// Nothing of Azure's is in here: only the emulator's own endpoints, and what Azure's released clients must be told to find
// it. The shapes of requests and answers stand in docs/control.md of the emulator.

import { spawn } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { request } from "node:http";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

const NAME = "adf-emulator";

/** The emulator refused one of our own requests. */
export class ControlError extends Error {
  constructor(status, { code, message, target } = {}) {
    super(`${status} ${code}: ${message}`);
    Object.assign(this, { status, code, target });
  }
}

/** A running emulator: a process of its own on a free port, and the world that it starts with. */
export class Emulator {
  #process;

  constructor(process, ready) {
    this.#process = process;
    const { http, https, caFile, pid } = ready;
    Object.assign(this, { http, https, caFile, pid });
  }

  /**
   * Starts an emulator with options of `adf-emulator serve`, such as `"--world", "world.json"`.
   * It throws when there is no binary, or when the binary ends before it is ready.
   */
  static async start(...options) {
    // It ends with this process, however that ends: then nobody holds the other end of its standard input any more.
    const command = [findBinary(), "serve", "--until-stdin-closes", "--listen", "127.0.0.1:0", "--log", "off", ...options];
    const child = spawn(command[0], command.slice(1), { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
    const line = await new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", resolve);
      child.once("error", reject);
      child.once("close", (status) => reject(new Error(`'${command.join(" ")}' ended with status ${status}: ${said.trim()}`)));
    });
    // A test run ends when its tests have, also when nobody stopped the emulator.
    child.unref();
    child.stdin.unref();
    child.stdout.unref();
    child.stderr.unref();
    return new Emulator(child, JSON.parse(line));
  }

  /** The world that the process started with, which all who share the emulator share. */
  get startWorld() {
    return new World(this.http, this.https, this.caFile);
  }

  /** Opens a world of its own: from "start", "current" or "snapshot:NAME", or from a world file (`{ file }`). */
  world(source = "start") {
    return this.startWorld.open(source);
  }

  /** Stops the process; a second time does nothing. */
  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = new Promise((resolve) => this.#process.once("close", resolve));
      this.#process.ref();
      this.#process.kill();
      await ended;
    }
  }
}

/** An isolated world on a port of its own. */
export class World {
  #file;
  #closing;

  constructor(http, https, caFile, id) {
    Object.assign(this, { http, https, caFile, id });
  }

  /** Sends a request to `/_emulator/PATH` and resolves to the JSON of the answer; rejects with a ControlError. */
  async control(method, path, body) {
    const text = body === undefined && ["GET", "DELETE"].includes(method) ? undefined : JSON.stringify(body ?? {});
    const { status, answer } = await send(method, `${this.http}/_emulator/${path}`, text);
    const json = answer ? JSON.parse(answer) : undefined;
    if (status >= 400) {
      throw new ControlError(status, json?.error);
    }
    return json;
  }

  /** Opens another world: from this one's "start", from "current" or "snapshot:NAME", or from a world file (`{ file }`). */
  async open(source = "start") {
    const { http, https, id } = await this.control("POST", "worlds", source.file ? { world: source.file } : { from: source });
    return new World(http, https, this.caFile, id);
  }

  /** Opens a world that begins as this one is now. */
  fork() {
    return this.open("current");
  }

  /** Closes the world and its port; a second time does nothing. */
  async close() {
    this.#closing ??= this.control("DELETE", `worlds/${this.id}`);
    await this.#closing;
  }

  /** Resolves to the world as a world file; `state: false` leaves out what the server made. */
  export({ state = true } = {}) {
    return this.control("GET", state ? "world" : "world?state=false");
  }

  /** Puts a world file in the place of this world. */
  replace(file) {
    return this.control("PUT", "world", file);
  }

  /** Goes back to the start. */
  reset() {
    return this.control("POST", "reset");
  }

  /** Keeps the world as it is under a name. */
  snapshot(name) {
    return this.control("PUT", `snapshots/${encodeURIComponent(name)}`);
  }

  /** Brings a snapshot back. */
  restore(name) {
    return this.control("POST", `snapshots/${encodeURIComponent(name)}/restore`);
  }

  /** Resolves to the names of all snapshots, which all worlds of the emulator share. */
  async snapshots() {
    return (await this.control("GET", "snapshots")).value.map(({ name }) => name);
  }

  /** Forgets a snapshot. */
  forget(name) {
    return this.control("DELETE", `snapshots/${encodeURIComponent(name)}`);
  }

  /** Resolves to `{ now, frozen }`. */
  clock() {
    return this.control("GET", "clock");
  }

  /** Moves the clock forward, by a duration such as "PT10M". */
  advance(duration) {
    return this.control("PATCH", "clock", { advance: duration });
  }

  /** Sets the clock forward, to a time such as "2030-01-01T00:00:00Z". */
  setClock(instant) {
    return this.control("PATCH", "clock", { set: instant });
  }

  /** Stops the clock, or lets it go on. */
  freeze(frozen = true) {
    return this.control("PATCH", "clock", { frozen });
  }

  /** Changes settings by their names, if any are given, and resolves to all. */
  settings(changes) {
    return changes ? this.control("PATCH", "settings", changes) : this.control("GET", "settings");
  }

  /** Resolves to the journal's entries, oldest first: `operation`, `caller`, `status`, `rule`, `code`, `since`, `limit`. */
  async requests(filters = {}) {
    return (await this.control("GET", `requests?${new URLSearchParams(filters)}`)).value;
  }

  /** Resolves to one entry of the journal with headers and bodies. */
  request(id) {
    return this.control("GET", `requests/${encodeURIComponent(id)}`);
  }

  /** Forgets the journal's entries. */
  clearRequests() {
    return this.control("DELETE", "requests");
  }

  /** Waits until that many requests match and resolves to them; rejects with a ControlError 408 when time is up. */
  async waitForRequests(match, { count = 1, timeoutSeconds = 30 } = {}) {
    return (await this.control("POST", "requests/wait", { match, count, timeoutSeconds })).value;
  }

  /** Says whether as many requests match as were expected (`exactly`, `atLeast` or `never`): `{ ok, count, nearest }`. */
  verifyRequests(match, expected) {
    return this.control("POST", "requests/verify", { match, ...expected });
  }

  /** Puts a fault in the way of requests and resolves to its id. */
  async addFault(fault) {
    return (await this.control("POST", "faults", fault)).id;
  }

  /** Resolves to the faults in the order in which they are tried, with their `hits`. */
  async faults() {
    return (await this.control("GET", "faults")).value;
  }

  /** Takes one fault away. */
  removeFault(id) {
    return this.control("DELETE", `faults/${encodeURIComponent(id)}`);
  }

  /** Takes all faults away. */
  removeFaults() {
    return this.control("DELETE", "faults");
  }

  /** Registers a self-hosted node with a key of its runtime. */
  registerNode(authKey, nodeName, more = {}) {
    return this.control("POST", "nodes", { authKey, nodeName, ...more });
  }

  /** Sends a heartbeat of a node with what it reports; from its first on it is Offline when they stay away. */
  heartbeat(nodeId, figures = {}) {
    return this.control("POST", `nodes/${encodeURIComponent(nodeId)}/heartbeat`, figures);
  }

  /** Changes how a node is (`{ status: "Offline" }`) and what it reports. */
  setNode(nodeId, changes) {
    return this.control("PATCH", `nodes/${encodeURIComponent(nodeId)}`, changes);
  }

  /** Resolves to the self-hosted nodes of all runtimes. */
  async nodes() {
    return (await this.control("GET", "nodes")).value;
  }

  /** Resolves to one node. */
  node(nodeId) {
    return this.control("GET", `nodes/${encodeURIComponent(nodeId)}`);
  }

  /** Takes a node away. */
  removeNode(nodeId) {
    return this.control("DELETE", `nodes/${encodeURIComponent(nodeId)}`);
  }

  /** Resolves to a decision about access with its reasons: `principal`, `action`, `scope`, and `dataAction`, `attributes`. */
  explain(question) {
    return this.control("POST", "explain", question);
  }

  /** Resolves to the principals that may do something somewhere: `action`, `scope`, and `dataAction`, `attributes`. */
  async whoCan(question) {
    return (await this.control("POST", "who-can", question)).value;
  }

  /** Resolves to the operations that a principal may run on what is at a scope or below it. */
  async whatCan(principal, scope) {
    return (await this.control("POST", "what-can", { principal, scope })).value;
  }

  /** Resolves to what each principal needed for what it did: of `principal` alone, after `since`, up to `until`. */
  async leastPrivilege(span = {}) {
    return (await this.control("GET", `least-privilege?${new URLSearchParams(span)}`)).value;
  }

  /** Resolves to the device codes that the world remembers. */
  async signIns() {
    return (await this.control("GET", "sign-ins")).value;
  }

  /** Confirms a device code as that user. */
  confirmSignIn(userCode, principal) {
    return this.control("POST", `sign-ins/${encodeURIComponent(userCode)}`, { principal });
  }

  /** Refuses a device code as its user may. */
  declineSignIn(userCode) {
    return this.control("POST", `sign-ins/${encodeURIComponent(userCode)}`, { deny: true });
  }

  /** Resolves to a token that the world itself has signed: the assertion of a federated credential of the issuer `self`. */
  async federatedToken(subject, audience, more = {}) {
    return (await this.control("POST", "oidc/token", { subject, audience, ...more })).token;
  }

  /** Resolves to every documented limitation with its evidence. */
  async rules() {
    return (await this.control("GET", "rules")).value;
  }

  /** Resolves to what is emulated of Azure's operations, wholly, partly or not. */
  async operations() {
    return (await this.control("GET", "operations")).value;
  }

  /** Resolves to all worlds of the emulator; "0" is the one that it started with. */
  async worlds() {
    return (await this.control("GET", "worlds")).value;
  }

  /** Resolves to what a client of the Azure SDK needs: `{ credential, subscriptionId, options }`, for that application. */
  async azure(name = "owner") {
    const { ClientSecretCredential } = await import("@azure/identity");
    this.#file ??= this.export({ state: false });
    const tenants = (await this.#file).tenants ?? [];
    const callers = tenants.flatMap((tenant) => (tenant.principals ?? []).map((principal) => ({ tenant, principal })));
    const caller = callers.find(({ principal }) => principal.name === name && principal.secret);
    if (!caller) {
      throw new Error(`the world has no application with a secret that is called '${name}'`);
    }
    const { tenant, principal } = caller;
    const tlsOptions = { ca: readFileSync(this.caFile) };
    const signIn = { authorityHost: this.https, disableInstanceDiscovery: true, tlsOptions };
    return {
      credential: new ClientSecretCredential(tenant.id, principal.appId, principal.secret, signIn),
      subscriptionId: tenant.subscriptions?.[0]?.id,
      options: { endpoint: this.https, tlsOptions },
    };
  }
}

/** Returns the binary that ADF_EMULATOR_BIN names, or the one on PATH. */
export function findBinary() {
  const named = process.env.ADF_EMULATOR_BIN;
  if (named && !canRun(named)) {
    throw new Error(`ADF_EMULATOR_BIN names '${named}', which is no program that can be run`);
  }
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, NAME));
  const found = named || onPath.find(canRun);
  if (!found) {
    const how = "build it with 'cargo install --path emulator/server' in the emulator's repository";
    throw new Error(`there is no '${NAME}' on PATH: ${how}, or name the binary in ADF_EMULATOR_BIN`);
  }
  return found;
}

function canRun(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The emulator is on this machine, whatever proxy is set: hence not `fetch`. */
function send(method, url, body) {
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let answer = "";
      response.setEncoding("utf8").on("data", (text) => (answer += text));
      response.on("end", () => resolve({ status: response.statusCode, answer }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
