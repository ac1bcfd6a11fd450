import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createCipheriv } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const MIB = 1024 * 1024;
/** [test] runs it with 512 MiB; [command] LUCID_MEMORY_MIB=2048 for the figure in docs/benchmarks.md. */
const size = Number(process.env["LUCID_MEMORY_MIB"] ?? 512) * MIB + 12_345;
const child = fileURLToPath(new URL("./roundTripChild.js", import.meta.url));

describe("a large file", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lucid-memory-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("goes in and out byte for byte with less than 400 MB of memory", async function () {
    this.timeout(600_000);
    const path = join(folder, "source");
    await writeMixed(path, size);
    const { stdout } = await promisify(execFile)(process.execPath, [child, path, folder]);
    process.stdout.write(`      ${stdout}`);
    const figures = JSON.parse(stdout) as { bytes: number; sha256In: string; sha256Out: string; rssMiB: number };
    assert.equal(figures.bytes, size);
    assert.equal(figures.sha256Out, figures.sha256In);
    assert.ok(figures.rssMiB < 400, `${figures.rssMiB} MiB`);
  });
});

/** Blocks of 16 MiB that do not compress, and between them such that do. */
async function writeMixed(path: string, length: number): Promise<void> {
  const cipher = createCipheriv("chacha20", Buffer.alloc(32, 3), Buffer.alloc(16, 4));
  const zeros = Buffer.alloc(16 * MIB);
  const lines = Buffer.from(Array.from({ length: 700_000 }, (_, i) => `${i * 7919} a line of a log\n`).join(""));
  const file = await open(path, "w");
  for (let at = 0, turn = 0; at < length; turn++) {
    const block = turn % 2 === 0 ? cipher.update(zeros) : lines.subarray(0, 16 * MIB);
    at += (await file.write(block.subarray(0, length - at))).bytesWritten;
  }
  await file.close();
}
