import { existsSync } from "node:fs";
import { readdir, readFile, stat, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { arch, availableParallelism, freemem, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { hasCode } from "@lucid/consensus/base";
import { formatBytes } from "../format.js";
import { type Check, failed, ok, skipped, warning } from "./checks.js";

const GIB = 2 ** 30;

async function text(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).replaceAll("\0", "").trim();
  } catch {
    return undefined;
  }
}

export function checkRuntime(): Check {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const shown = `Node.js ${process.versions.node}, ${process.platform} ${arch()}, ${availableParallelism()} cores`;
  if (major < 20 || (major === 20 && minor < 19)) return failed("runtime", shown, "install Node.js 20.19 or later");
  if (major === 20) return warning("runtime", shown, "Node.js 20 gets no security fixes any more; 22 or 24 also work");
  return ok("runtime", shown);
}

/** The nearest folder that exists, so that a data directory can be judged before it is made. */
function existing(path: string): string {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

export async function checkDisk(dataDir: string): Promise<Check> {
  const at = existing(dataDir);
  const { bavail, blocks, bsize } = await statfs(at);
  const free = bavail * bsize;
  const shown = `${formatBytes(free)} free of ${formatBytes(blocks * bsize)} at ${at}`;
  if (free < GIB)
    return failed("disk", shown, "free at least 1 GB, or name a data directory on another disk with --data");
  const device = await blockDevice(at);
  if (device?.startsWith("mmcblk") === true) {
    return warning(
      "disk",
      `${shown}, on an SD card`,
      "SD cards wear out and corrupt; use an NVMe or USB SSD for --data",
    );
  }
  if (free < 20 * GIB) return warning("disk", shown, "a node with recordings needs more; 20 GB free is a start");
  return ok("disk", shown);
}

/** Kernel name of the block device that holds a path, on Linux. */
async function blockDevice(path: string): Promise<string | undefined> {
  if (process.platform !== "linux") return undefined;
  const { dev } = await stat(path);
  const major = (dev >> 8) & 0xfff;
  const minor = (dev & 0xff) | ((dev >> 12) & 0xfff00);
  const uevent = await text(`/sys/dev/block/${major}:${minor}/uevent`);
  return uevent === undefined ? undefined : /^DEVNAME=(.+)$/m.exec(uevent)?.[1];
}

export async function checkMemory(): Promise<Check> {
  const limit = Number(await text("/sys/fs/cgroup/memory.max"));
  const total = Number.isSafeInteger(limit) && limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  const shown = `${formatBytes(total)} in all, ${formatBytes(freemem())} free`;
  if (total < GIB / 2) return failed("memory", shown, "a node needs at least 512 MB");
  if (total < 2 * GIB) return warning("memory", shown, "a node works with 1 GB; recordings are faster with 2 GB");
  return ok("memory", shown);
}

export async function checkPort(name: string, host: string, port: number): Promise<Check> {
  const shown = `${host}:${port}`;
  if (port === 0) return ok(name, `${host}, any free port`);
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => {
      if (hasCode(error, "EADDRINUSE")) {
        resolve(warning(name, `${shown} is in use`, "fine if it is this node; else choose another port"));
      } else {
        resolve(failed(name, `${shown} cannot be listened on (${error.message})`, "choose another address or port"));
      }
    });
    server.listen(port, host, () => server.close(() => resolve(ok(name, `${shown} is free`))));
  });
}

/** Keys must be readable by their owner only. */
export async function checkKeys(dataDir: string): Promise<Check> {
  const folder = join(dataDir, "keys");
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    return skipped("keys", `no keys in ${folder} yet`);
  }
  const open: string[] = [];
  for (const name of names) if (((await stat(join(folder, name))).mode & 0o077) !== 0) open.push(name);
  if (open.length > 0 && process.platform !== "win32") {
    return warning("keys", `others may read ${open.join(", ")}`, `chmod 600 ${folder}/*`);
  }
  return ok("keys", `${names.length} files, private`);
}

/** Heat and power of a Raspberry Pi; nothing on other machines. */
export async function checkBoard(): Promise<readonly Check[]> {
  const model = await text("/proc/device-tree/model");
  if (model === undefined || !model.includes("Raspberry Pi")) return [];
  const checks: Check[] = [];
  const milli = Number(await text("/sys/class/thermal/thermal_zone0/temp"));
  if (milli > 0) {
    const shown = `${(milli / 1000).toFixed(1)} degrees C (${model})`;
    const advice = "fit a heat sink or a fan; the processor slows down at 80";
    checks.push(
      milli >= 80_000
        ? failed("heat", shown, advice)
        : milli >= 70_000
          ? warning("heat", shown, advice)
          : ok("heat", shown),
    );
  }
  checks.push(await checkPower());
  return checks;
}

async function checkPower(): Promise<Check> {
  const advice = "use the official power supply and a short cable; brown-outs damage the disk";
  const throttled = await text("/sys/devices/platform/soc/soc:firmware/get_throttled");
  if (throttled !== undefined) {
    const bits = Number.parseInt(throttled.replace(/^0x/, ""), 16);
    if ((bits & 1) !== 0) return failed("power", "under-voltage now", advice);
    if ((bits & 0x10000) !== 0) return warning("power", "under-voltage since the last start", advice);
    return ok("power", "no under-voltage since the last start");
  }
  for (const name of await readdir("/sys/class/hwmon").catch(() => [])) {
    const folder = `/sys/class/hwmon/${name}`;
    if ((await text(`${folder}/name`)) !== "rpi_volt") continue;
    return (await text(`${folder}/in0_lcrit_alarm`)) === "1"
      ? failed("power", "under-voltage", advice)
      : ok("power", "no under-voltage now");
  }
  return skipped("power", "the firmware does not tell");
}

/** Variables that look like ours and are not, usually typing errors. */
export function unknownVariables(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): readonly string[] {
  return Object.keys(env).filter((name) => name.startsWith("LUCID_") && !known.includes(name));
}
