import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  createDataDirectory,
  dataPaths,
  openDataDirectory,
  readDataDirectory,
  StorageError,
} from "../../../src/index.js";

const version = { network: "devnet", genesisRoot: `0x${"ab".repeat(32)}` };

describe("data directory", () => {
  let base: string;
  let root: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), "lucid-data-"));
    root = join(base, "deep", "data");
  });

  afterEach(() => rm(base, { recursive: true }));

  it("is created with all folders, and VERSION is one line of JSON", async () => {
    await createDataDirectory(root, version);
    assert.deepEqual(JSON.parse(await readFile(join(root, "VERSION"), "utf8")), { format: 1, ...version });
    assert.deepEqual((await readdir(root)).sort(), ["LOCK", "VERSION", "chain", "chunks", "client", "keys"]);
    assert.deepEqual((await readdir(join(root, "client"))).sort(), ["db", "staging"]);
    const { paths, version: found } = await readDataDirectory(root, version);
    assert.deepEqual(paths, dataPaths(root));
    assert.deepEqual(found, { format: 1, ...version });
  });

  it("is not created over another one or among foreign files", async () => {
    await createDataDirectory(root, version);
    await assert.rejects(createDataDirectory(root, version), { code: "DATA_EXISTS" });
    const other = join(base, "home");
    await mkdir(other);
    await writeFile(join(other, "thesis.txt"), "");
    await assert.rejects(createDataDirectory(other, version), { code: "DATA_EXISTS" });
    assert.deepEqual(await readdir(other), ["thesis.txt"]);
    const file = join(base, "file");
    await writeFile(file, "");
    await assert.rejects(createDataDirectory(file, version), (error) => error instanceof StorageError);
  });

  it("is none until it is complete, and can then be created again", async () => {
    const broken = new StorageError({ code: "IO_FAILED", message: "interrupted" });
    const populate = async () => {
      await writeFile(dataPaths(root).config, "half");
      throw broken;
    };
    await assert.rejects(createDataDirectory(root, { ...version, populate }), { code: "IO_FAILED" });
    await assert.rejects(openDataDirectory(root), { code: "DATA_MISSING" });
    await createDataDirectory(root, { ...version, populate: (paths) => writeFile(paths.config, "whole") });
    const opened = await openDataDirectory(root, version);
    assert.equal(await readFile(opened.paths.config, "utf8"), "whole");
    await opened.close();
  });

  it("refuses another network, another genesis and a newer format, and touches nothing", async () => {
    await createDataDirectory(root, version);
    const before = await readdir(root);
    await assert.rejects(openDataDirectory(root, { network: "testnet" }), { code: "DATA_NETWORK" });
    await assert.rejects(openDataDirectory(root, { ...version, genesisRoot: `0x${"00".repeat(32)}` }), {
      code: "DATA_NETWORK",
    });
    await writeFile(join(root, "VERSION"), JSON.stringify({ format: 2, network: 7, shape: "unknown" }));
    await assert.rejects(openDataDirectory(root), { code: "DATA_NEWER" });
    assert.deepEqual(await readdir(root), before);
    await assert.rejects(openDataDirectory(join(base, "nothing")), { code: "DATA_MISSING" });
    await assert.rejects(readdir(join(base, "nothing")), { code: "ENOENT" });
  });

  it("answers any content of VERSION with a code (fuzz)", async () => {
    await createDataDirectory(root, version);
    const file = join(root, "VERSION");
    const content = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ format: fc.anything(), network: fc.anything(), genesisRoot: fc.anything() })
        .map((value) => JSON.stringify(value, (_, v) => (typeof v === "bigint" ? String(v) : v))),
    );
    await fc.assert(
      fc.asyncProperty(content, async (text) => {
        await writeFile(file, text ?? "");
        await assert.rejects(readDataDirectory(root), (error: Error & { code: string }) =>
          ["DATA_DAMAGED", "DATA_NEWER"].includes(error.code),
        );
      }),
      { numRuns: 200, seed: 20261123 },
    );
    await writeFile(file, "x".repeat(10_000));
    await assert.rejects(readDataDirectory(root), { code: "DATA_DAMAGED" });
  });

  it("is held by one opening at a time", async () => {
    await createDataDirectory(root, version);
    const first = await openDataDirectory(root, version);
    await assert.rejects(openDataDirectory(root, version), (error: Error & { code: string }) => {
      assert.equal(error.code, "DATA_LOCKED");
      assert.ok(error.message.includes(`process ${process.pid}`));
      return true;
    });
    await first.close();
    await first.close();
    await (await openDataDirectory(root, version)).close();
  });

  it("is held against another process, and free again when that one is killed", async () => {
    await createDataDirectory(root, version);
    const module = new URL("../../../src/index.js", import.meta.url).href;
    const code = `import { openDataDirectory } from ${JSON.stringify(module)};
      await openDataDirectory(${JSON.stringify(root)});
      process.stdout.write("held");
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await assert.rejects(openDataDirectory(root), (error: Error & { code: string }) => {
      assert.equal(error.code, "DATA_LOCKED");
      assert.ok(error.message.includes(`process ${child.pid}`));
      return true;
    });
    child.kill("SIGKILL");
    await once(child, "exit");
    await (await openDataDirectory(root)).close();
  });

  it("names no holder when nobody knows who it is, and is free when taking it failed half way", async () => {
    await createDataDirectory(root, version);
    const holder = join(root, "LOCK", "holder.json");
    const first = await openDataDirectory(root);
    for (const content of ["rubbish", "{}", '{"pid":"x","since":1}', "7"]) {
      await writeFile(holder, content);
      await assert.rejects(openDataDirectory(root), { code: "DATA_LOCKED", message: /in use by another process/ });
    }
    await first.close();
    // A folder where the holder's name is to be written.
    await mkdir(join(root, "LOCK", "holder.json.tmp"));
    await assert.rejects(
      openDataDirectory(root),
      (error) => error instanceof StorageError && error.code !== "DATA_LOCKED",
    );
    await rm(join(root, "LOCK", "holder.json.tmp"), { recursive: true });
    await (await openDataDirectory(root)).close();
  });

  it("makes a damaged lock anew", async () => {
    await createDataDirectory(root, version);
    await (await openDataDirectory(root)).close();
    for (const name of await readdir(join(root, "LOCK"))) await writeFile(join(root, "LOCK", name), "rubbish");
    const opened = await openDataDirectory(root);
    await assert.rejects(openDataDirectory(root), { code: "DATA_LOCKED" });
    await opened.close();
  });
});
