// Every credential of @azure/identity that a program is likely to use.
//
// Each gets a token and reads with it, because only Resource Manager knows whether the token is good. msal-node picks the
// source of a managed identity once in a process, so App Service has a process of its own.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { ResourceManagementClient } from "@azure/arm-resources";
import * as identity from "@azure/identity";

const { EMULATOR_URL: url, EMULATOR_HTTP_URL: http, AZURE_TENANT_ID: tenant, AZURE_SUBSCRIPTION_ID: subscription } = process.env;
const { AZURE_CLIENT_ID: client, AZURE_CLIENT_SECRET: secret } = process.env;
const here = { authorityHost: url, disableInstanceDiscovery: true };
const scope = "https://management.azure.com/.default";
// The public client of Azure's own tools, and objects of the built-in world.
const tools = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const owner = "44444444-4444-4444-4444-000000000001";
const ada = "55555555-5555-5555-5555-000000000001";
const assigned = "77777777-7777-7777-7777-000000000001";
const assignedClient = "33333333-3333-3333-3333-000000000101";
const assignedId =
  `/subscriptions/${subscription}/resourceGroups/rg-linked` +
  "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default";

const folder = mkdtempSync(join(tmpdir(), "adf-emulator-"));
after(() => rmSync(folder, { recursive: true }));

/** Sends JSON to the emulator; answers what comes back. */
const send = async (method, path, body, headers = {}) => {
  const options = { method, body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } };
  const answer = await fetch(http + path, options);
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  const text = await answer.text();
  return text && JSON.parse(text);
};

/** Asserts whom a credential's token is for, and that Resource Manager takes it. */
const isLetIn = async (credential, who) => {
  const { token } = await credential.getToken(scope);
  assert.equal(JSON.parse(Buffer.from(token.split(".")[1], "base64url")).oid, who);
  const names = [];
  for await (const group of new ResourceManagementClient(credential, subscription, { endpoint: url }).resourceGroups.list()) {
    names.push(group.name);
  }
  assert.ok(names.includes("rg-linked"));
};

if (process.argv[2] === "app-service") {
  await isLetIn(new identity.ManagedIdentityCredential(), assigned);
  await isLetIn(new identity.ManagedIdentityCredential({ resourceId: assignedId }), assigned);
} else {
  test("a client secret", async () => {
    await isLetIn(new identity.ClientSecretCredential(tenant, client, secret, here), owner);
    const wrong = new identity.ClientSecretCredential(tenant, client, "wrong", here);
    await assert.rejects(wrong.getToken(scope), /AADSTS7000215/);
  });

  test("the environment", async () => {
    await isLetIn(new identity.EnvironmentCredential({ disableInstanceDiscovery: true }), owner);
    await isLetIn(new identity.DefaultAzureCredential({ disableInstanceDiscovery: true }), owner);
  });

  // Node itself makes no certificates.
  const skip = spawnSync("openssl", ["version"]).status !== 0 && "openssl is not there";
  test("a certificate", { skip }, async () => {
    const [key, certificate, pem] = ["key.pem", "certificate.pem", "both.pem"].map((name) => join(folder, name));
    const wanted = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "3650"];
    execFileSync("openssl", [...wanted, "-subj", "/CN=adf-emulator-suite"], { stdio: "ignore" });
    writeFileSync(pem, readFileSync(key) + readFileSync(certificate));
    const der = readFileSync(certificate, "utf8").replaceAll(/-----[^-]+-----|\s/g, "");
    const graph = new identity.ClientSecretCredential(tenant, client, secret, here);
    const { token } = await graph.getToken(`${url}/graph/.default`);
    const keys = { keyCredentials: [{ type: "AsymmetricX509Cert", usage: "Verify", key: der }] };
    await send("PATCH", `/graph/v1.0/applications(appId='${client}')`, keys, { authorization: `Bearer ${token}` });
    await isLetIn(new identity.ClientCertificateCredential(tenant, client, pem, here), owner);
  });

  test("a federated token", async () => {
    const asked = { subject: "ci", audience: "api://AzureADTokenExchange" };
    const { token } = await send("POST", "/_emulator/oidc/token", asked);
    await isLetIn(new identity.ClientAssertionCredential(tenant, client, async () => token, here), owner);
    const tokenFilePath = join(folder, "token");
    writeFileSync(tokenFilePath, token);
    await isLetIn(new identity.WorkloadIdentityCredential({ tenantId: tenant, clientId: client, tokenFilePath, ...here }), owner);
  });

  test("a user name and password", async () => {
    const { EMULATOR_USER: user, EMULATOR_PASSWORD: password } = process.env;
    await isLetIn(new identity.UsernamePasswordCredential(tenant, tools, user, password, here), ada);
  });

  test("a device code", async () => {
    const userPromptCallback = ({ userCode }) => send("POST", `/_emulator/sign-ins/${userCode}`, { principal: "ada" });
    await isLetIn(new identity.DeviceCodeCredential({ tenantId: tenant, clientId: tools, userPromptCallback, ...here }), ada);
  });

  test("a managed identity of instance metadata", async () => {
    process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST = http;
    await isLetIn(new identity.ManagedIdentityCredential(), assigned);
    await isLetIn(new identity.ManagedIdentityCredential({ clientId: assignedClient }), assigned);
    process.env.AZURE_TOKEN_CREDENTIALS = "ManagedIdentityCredential";
    delete process.env.AZURE_CLIENT_ID;
    await isLetIn(new identity.DefaultAzureCredential(), assigned);
    process.env.AZURE_CLIENT_ID = client;
    delete process.env.AZURE_TOKEN_CREDENTIALS;
  });

  test("a managed identity of App Service", () => {
    const env = { ...process.env, IDENTITY_ENDPOINT: `${http}/msi/token`, IDENTITY_HEADER: "x" };
    delete env.NODE_TEST_CONTEXT;
    const ended = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "app-service"], { env, encoding: "utf8" });
    assert.equal(ended.status, 0, ended.stderr);
  });

  test("what is not https is refused by the SDK", async () => {
    const credential = new identity.ClientSecretCredential(tenant, client, secret, here);
    const groups = new ResourceManagementClient(credential, subscription, { endpoint: http }).resourceGroups.list();
    await assert.rejects(groups.next(), /not permitted for non-TLS/);
    assert.throws(() => new identity.ClientSecretCredential(tenant, client, secret, { authorityHost: http }), /https/);
  });
}
