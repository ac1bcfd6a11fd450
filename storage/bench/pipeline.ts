import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { mkdir, mkdtemp, open, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Bench, type BenchContext, median, numberOption, round, textOption } from "@lucid/consensus/bench";
import { sharedSlots } from "../src/session/sharedSlots.js";
import { bundlePut } from "./support/bundlePut.js";
import { writeNoise, writeText } from "./support/testFiles.js";

const MIB = 1024 * 1024;
/** As many as the pipeline has workers on two cores. */
const WRITERS = 3;
const packages = fileURLToPath(new URL("../../../node_modules", import.meta.url));

interface Tool {
  readonly name: string;
  /** Makes an empty repository in `folder`; not measured. */
  prepare(folder: string): Promise<void>;
  /** Stores `file` there; the whole process is measured, start and fsync included. */
  store(file: string, folder: string): Promise<string>;
}

interface Run {
  readonly seconds: number;
  readonly storedBytes: number;
  readonly output: string;
}

/** Throughput of `lucid session put` up to the anchor, beside the two programs that people use for such files. */
export const bench: Bench = {
  name: "pipeline",
  summary:
    "a file into encrypted, synced chunks, against restic and borg: [--random-mib 1024] [--text-mib 512] [--rounds 3] [--dir DIR]",
  async run(context) {
    const parent = textOption(context.args, "dir", tmpdir());
    const folder = await mkdtemp(join(parent, "lucid-pipeline-"));
    try {
      return await runIn(folder, context);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function runIn(folder: string, { args, log }: BenchContext): Promise<Record<string, number | string | boolean>> {
  const rounds = numberOption(args, "rounds", 3);
  const files = [
    { kind: "Random", path: join(folder, "random.bin"), length: numberOption(args, "random-mib", 1024) * MIB },
    { kind: "Text", path: join(folder, "text.txt"), length: numberOption(args, "text-mib", 512) * MIB },
  ];
  log("writing the test files");
  for (const { kind, path, length } of files) {
    if (kind === "Random") await writeNoise(path, length);
    else await writeText(path, length, packages);
  }
  const tools = await installedTools(await bundlePut(), log);
  const figures: Record<string, number | string | boolean> = { rounds };
  for (const { kind, path } of files) {
    const { size } = await stat(path);
    const runs = new Map<string, Run[]>(tools.map(({ name }) => [name, []]));
    const disk: number[] = [];
    for (let i = 0; i < rounds; i++) {
      await readThrough(path);
      // Interleaved, each round in another order: what disturbs the machine disturbs all alike.
      for (const tool of rotated(tools, i))
        runs.get(tool.name)?.push(await measure(tool, path, join(folder, "repository")));
      const bare: number[] = [];
      for (const direct of [false, true]) bare.push(await writeAndSync(path, join(folder, "copy"), direct));
      disk.push(size / MIB / Math.min(...bare));
    }
    const rates = new Map(
      [...runs].map(([name, list]) => [name, median(list.map(({ seconds }) => size / MIB / seconds))] as const),
    );
    for (const [name, list] of runs) {
      const all = list.map(({ seconds }) => Math.round(size / MIB / seconds)).join(", ");
      const stored = median(list.map(({ storedBytes }) => storedBytes / size)) * 100;
      log(`${kind.toLowerCase()} ${Math.round(size / MIB)} MiB, ${name}: ${all} MiB/s, stored ${round(stored, 1)} %`);
      figures[`${name}${kind}MiBps`] = round(rates.get(name) ?? 0, 0);
      figures[`${name}${kind}StoredPercent`] = round(stored, 1);
    }
    figures[`disk${kind}MiBps`] = round(median(disk), 0);
    log(`${kind.toLowerCase()}: ${WRITERS} writers with fdatasync and nothing else: ${round(median(disk), 0)} MiB/s`);
    const suffix = kind === "Random" ? "" : "Text";
    for (const [name, title] of [
      ["restic", "vsRestic"],
      ["borg", "vsBorg"],
    ] as const) {
      const theirs = rates.get(name);
      if (theirs !== undefined) figures[`${title}${suffix}`] = round((rates.get("lucid") ?? 0) / theirs);
    }
    figures[`ofDisk${kind}`] = round((rates.get("lucid") ?? 0) / median(disk));
    figures[`rss${kind}MiB`] = Math.max(
      ...(runs.get("lucid") ?? []).map(({ output }) => Number(JSON.parse(output).rssMiB)),
    );
  }
  log("restic and borg deduplicate and lucid does not; on data that repeats they store less and may be faster");
  return figures;
}

async function measure(tool: Tool, file: string, folder: string): Promise<Run> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await tool.prepare(folder);
  await run("sync", []);
  const began = process.hrtime.bigint();
  const output = await tool.store(file, folder);
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const storedBytes = await sizeOf(folder);
  await rm(folder, { recursive: true, force: true });
  return { seconds, storedBytes, output };
}

async function installedTools(putChild: string, log: (line: string) => void): Promise<Tool[]> {
  const restic = { RESTIC_PASSWORD: "bench" };
  const borg = { BORG_PASSPHRASE: "bench", BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: "no" };
  const resticArgs = (folder: string) => ["-r", join(folder, "r"), "--cache-dir", join(folder, "cache"), "-q"];
  const borgEnv = (folder: string) => ({ ...borg, BORG_BASE_DIR: join(folder, "base") });
  const candidates: Tool[] = [
    {
      name: "lucid",
      prepare: async () => undefined,
      store: (file, folder) => run(process.execPath, [putChild, file, folder]),
    },
    {
      name: "restic",
      prepare: async (folder) => void (await run("restic", [...resticArgs(folder), "init"], restic)),
      store: (file, folder) => run("restic", [...resticArgs(folder), "backup", file], restic),
    },
    {
      name: "borg",
      prepare: async (folder) =>
        void (await run("borg", ["init", "-e", "repokey-blake2", join(folder, "b")], borgEnv(folder))),
      store: (file, folder) =>
        run("borg", ["create", "-C", "zstd,3", `${join(folder, "b")}::a`, file], borgEnv(folder)),
    },
  ];
  const found: Tool[] = [];
  for (const tool of candidates) {
    if (tool.name === "lucid") {
      found.push(tool);
      continue;
    }
    try {
      const version = await run(tool.name, tool.name === "restic" ? ["version"] : ["--version"]);
      log(version.trim());
      found.push(tool);
    } catch {
      log(
        `${tool.name} is not installed (apt-get install ${tool.name === "borg" ? "borgbackup" : "restic"}): left out`,
      );
    }
  }
  return found;
}

/**
 * What the disk gives when several writers sync pieces of the size of a chunk, with the work left out: seconds, infinitely many
 * where the disk takes no direct writes. Direct or not, whichever is faster on this disk is the limit.
 */
async function writeAndSync(source: string, target: string, direct: boolean): Promise<number> {
  await mkdir(target);
  await run("sync", []);
  const file = await open(source, "r");
  const { size } = await file.stat();
  const piece = 8 * MIB;
  let next = 0;
  const flags = constants.O_WRONLY | constants.O_CREAT | (direct ? constants.O_DIRECT : 0);
  const began = process.hrtime.bigint();
  const write = async (buffer: Uint8Array) => {
    for (let at = next; at < size; at = next) {
      next += piece;
      const { bytesRead } = await file.read(buffer, 0, piece, at);
      const out = await open(join(target, String(at)), flags);
      await out.write(buffer, 0, bytesRead);
      await out.datasync();
      await out.close();
    }
  };
  try {
    await Promise.all(sharedSlots(WRITERS, piece).map(write));
    return Number(process.hrtime.bigint() - began) / 1e9;
  } catch (error) {
    if (direct) return Number.POSITIVE_INFINITY;
    throw error;
  } finally {
    await file.close();
    await rm(target, { recursive: true });
  }
}

/** Brings the file into the page cache, for all alike. */
async function readThrough(path: string): Promise<void> {
  const file = await open(path, "r");
  const buffer = Buffer.alloc(4 * MIB);
  while ((await file.read(buffer)).bytesRead > 0);
  await file.close();
}

async function sizeOf(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) sum += entry.name === "cache" || entry.name === "base" ? 0 : await sizeOf(path);
    else sum += (await stat(path)).size;
  }
  return sum;
}

function rotated<T>(items: readonly T[], by: number): T[] {
  return items.map((_, i) => items[(i + by) % items.length] as T);
}

function run(file: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let complaint = "";
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString();
    });
    // borg has much to say at each init; it is shown when something fails.
    child.stderr.on("data", (data: Buffer) => {
      complaint = (complaint + data.toString()).slice(-2000);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new BenchError(`${file} ended with status ${code}: ${complaint}`));
    });
  });
}

class BenchError extends Error {}
