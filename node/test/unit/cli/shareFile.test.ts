import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasCode, sha256, u32be } from "@lucid/consensus/base";
import { newSessionId } from "@lucid/storage";
import fc from "fast-check";
import { fileNameOf } from "../../../src/cli/session/recoveredName.js";
import { readShare, writeShare } from "../../../src/cli/session/shareFile.js";

describe("key file of a session", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lucid-share-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("is read as it was written, and refused when it is something else or others can read it", async () => {
    const path = join(folder, "key.json");
    const sessionId = newSessionId();
    const share = { genesisRoot: sha256(), owner: sha256().slice(0, 20), sessionId, sessionKey: sha256(u32be(1)) };
    await writeShare(path, share);
    assert.deepEqual(await readShare(path), share);
    await chmod(path, 0o644);
    await assert.rejects(readShare(path), (error) => hasCode(error, "SECRET_EXPOSED"));
    for (const text of ["", "{}", "[]", '{"lucidSessionKey":2}', "\u0000"]) {
      const bad = join(folder, "bad.json");
      await writeFile(bad, text, { mode: 0o600 });
      await assert.rejects(readShare(bad), (error) => hasCode(error, "SHARE_FILE"));
    }
    await assert.rejects(readShare(join(folder, "none.json")), (error) => hasCode(error, "IO_NOT_FOUND"));
  });
});

describe("name of a recovered recording", () => {
  const session = { sessionId: newSessionId(), startedAt: 1_767_225_600n };

  it("has date, title and id", () => {
    assert.match(
      fileNameOf(session, { title: "Board meeting: Zürich!" }),
      /^2026-01-01_Board-meeting-Zürich_[0-9a-f-]{36}$/,
    );
    assert.match(fileNameOf(session, undefined), /^2026-01-01_[0-9a-f-]{36}$/);
  });

  it("is a name and no path, whatever the title and the time", () => {
    const property = fc.property(
      fc.string({ unit: "binary" }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      (title, startedAt) => {
        const name = fileNameOf({ ...session, startedAt }, { title });
        assert.match(name, /^[\p{L}\p{N}\p{M}_-]+$/u);
        assert.ok(Buffer.byteLength(name) <= 230 && !name.startsWith("."));
      },
    );
    fc.assert(property);
  });
});
