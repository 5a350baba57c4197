// The example of docs/clients/javascript.md works as it stands.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

test("the example shares a runtime", async () => {
  const example = fileURLToPath(new URL("example.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [example], { timeout: 120_000 });
  assert.deepEqual(stdout.trimEnd().split("\n"), [
    "before the grant: 401 UnauthorizedIntegrationRuntimeAccess",
    "after the grant: linked-runtime is shared-runtime of adf-example-sharing",
  ]);
});
