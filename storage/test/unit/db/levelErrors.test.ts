import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mapLevelError } from "../../../src/db/levelErrors.js";
import { LevelStore, put } from "../../../src/index.js";

const coded = (message: string, code?: string, cause?: Error) =>
  Object.assign(new Error(message, { cause }), code === undefined ? {} : { code });

describe("errors of LevelDB", () => {
  it("keep the innermost cause", () => {
    const cases: readonly [Error, string][] = [
      [
        coded(
          "Database failed to open",
          "LEVEL_DATABASE_NOT_OPEN",
          coded("IO error: lock x/LOCK: already held", "LEVEL_LOCKED"),
        ),
        "DB_LOCKED",
      ],
      [
        coded("Database failed to open", "LEVEL_DATABASE_NOT_OPEN", coded("Corruption: CURRENT", "LEVEL_CORRUPTION")),
        "DB_CORRUPT",
      ],
      [coded("Database is not open", "LEVEL_DATABASE_NOT_OPEN"), "DB_CLOSED"],
      [coded("IO error: /x/000003.log: No space left on device", "LEVEL_IO_ERROR"), "DISK_FULL"],
      [coded("IO error: /x/000003.log: Input/output error", "LEVEL_IO_ERROR"), "DB_IO"],
      [coded("something new"), "DB_IO"],
    ];
    for (const [error, code] of cases) assert.equal(mapLevelError(error, "/x").code, code, error.message);
  });

  it("from a damaged database are DB_CORRUPT, from a folder that may not be written DB_IO", async () => {
    const location = await mkdtemp(join(tmpdir(), "lucid-level-"));
    const store = await LevelStore.open({ location, multithreading: false });
    await store.batch([put(new Uint8Array([1]), new Uint8Array([1]))], { sync: true });
    await store.compact();
    await store.close();
    const names = await readdir(location);
    for (const name of names.filter((found) => found.startsWith("MANIFEST")))
      await writeFile(join(location, name), "rubbish");
    await assert.rejects(LevelStore.open({ location, multithreading: false }), { code: "DB_CORRUPT" });
    await rm(location, { recursive: true });
    const missing = { location: join(location, "none"), createIfMissing: false };
    await assert.rejects(LevelStore.open(missing), { code: "DB_MISSING" });
    const empty = await mkdtemp(join(tmpdir(), "lucid-level-"));
    await assert.rejects(LevelStore.open({ location: empty, createIfMissing: false }), { code: "DB_MISSING" });
    await rm(empty, { recursive: true });
    if (process.getuid?.() === 0) return;
    const readOnly = await mkdtemp(join(tmpdir(), "lucid-level-"));
    await chmod(readOnly, 0o500);
    await assert.rejects(LevelStore.open({ location: readOnly }), { code: "DB_IO" });
    await rm(readOnly, { recursive: true });
  });
});
