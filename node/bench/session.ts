import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import type { Bench } from "@lucid/consensus/bench";
import { benchDevnet, startNodeProcess } from "./support/nodeProcess.js";

const entry = fileURLToPath(new URL("../bundle/cli/main.js", import.meta.url));
const MIB = 2 ** 20;
/** What a process may take in all, whatever the length of the recording, MB. */
const RSS_GOAL_MB = 400;

async function randomFile(path: string, mebibytes: number): Promise<string> {
  const file = await open(path, "wx");
  const hash = createHash("sha256");
  for (let i = 0; i < mebibytes; i++) {
    const block = randomBytes(MIB);
    hash.update(block);
    await file.write(block);
  }
  await file.sync();
  await file.close();
  return hash.digest("hex");
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** Highest resident memory of a process so far, MB; 0 once it is gone. */
function peak(pid: number): number {
  try {
    return (Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024) / 1e6;
  } catch {
    return 0;
  }
}

interface Finished {
  readonly answer: Readonly<Record<string, unknown>>;
  readonly peakMB: number;
}

/** Runs a command of its own process and watches its memory. */
async function lucid(args: readonly string[]): Promise<Finished> {
  const child = spawn(process.execPath, [entry, ...args, "--json"], {
    env: { ...process.env, LUCID_PASSPHRASE: "lucid-devnet" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let peakMB = 0;
  const watch = setInterval(() => {
    peakMB = Math.max(peakMB, peak(child.pid ?? 0));
  }, 50);
  let text = "";
  for await (const part of child.stdout) text += String(part);
  clearInterval(watch);
  return { answer: JSON.parse(text) as Readonly<Record<string, unknown>>, peakMB };
}

function rounded(value: unknown): number {
  return Math.round(Number(value) * 10) / 10;
}

/** `npm run bench -- session [MiB]`: put and get of random bytes by the command line, against a node of its own. */
export const bench: Bench = {
  name: "session",
  summary: "2 GiB in and out by the command line: equal bytes, rates, memory of the processes; goal 400 MB (Linux)",
  async run({ args, log }) {
    const mebibytes = Number(args[0] ?? 2048);
    const folder = await mkdtemp(join(tmpdir(), "lucid-session-"));
    try {
      const source = join(folder, "in");
      const sha256In = await randomFile(source, mebibytes);
      const data = await benchDevnet(join(folder, "devnet"), 2);
      const node = await startNodeProcess(data);
      log(`${mebibytes} MiB of random bytes`);
      const put = await lucid(["session", "put", source, "--data", data]);
      log(`in:  ${rounded(put.answer["ingestMBps"])} MB/s, ${rounded(put.peakMB)} MB of memory`);
      const target = join(folder, "out");
      const get = await lucid(["session", "get", String(put.answer["sessionId"]), "-o", target, "--data", data]);
      log(`out: ${rounded(get.answer["restoreMBps"])} MB/s, ${rounded(get.peakMB)} MB of memory`);
      const nodePeakMB = peak(node.pid);
      const equal = (await sha256(target)) === sha256In;
      await node.end("SIGTERM");
      return {
        bytes: mebibytes * MIB,
        equal,
        chunks: Number(put.answer["chunks"]),
        ingestMBps: rounded(put.answer["ingestMBps"]),
        restoreMBps: rounded(get.answer["restoreMBps"]),
        putPeakMB: rounded(put.peakMB),
        getPeakMB: rounded(get.peakMB),
        nodePeakMB: rounded(nodePeakMB),
        goalMB: RSS_GOAL_MB,
        reached: equal && Math.max(put.peakMB, get.peakMB, nodePeakMB) <= RSS_GOAL_MB,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
