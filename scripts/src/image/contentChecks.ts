import { runCommand, tryCommand } from "./command.js";
import { node, runOnce } from "./container.js";
import type { Report } from "./report.js";

/** Programs that have no place in the image: shells, package managers, compilers, downloaders. */
const forbidden =
  /(^|\/)(sh|bash|dash|ash|zsh|busybox|apt|apt-get|dpkg|apk|rpm|npm|npx|yarn|corepack|gcc|cc|ld|make|python3?|perl|curl|wget|su|sudo|mount)$/;
/** What must not be in an image beside that. */
export interface Foreign {
  readonly what: string;
  readonly is: (path: string) => boolean;
}
/** Packages that are not the node's. */
const notOfNode = /^app\/(payment-isolated|docker|scripts)\/|node_modules\/(tronweb|@?typescript|mocha|solc|esbuild)\//;

interface Entry {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
}

/** Every file of the image, as tar lists it. */
async function filesOf(image: string): Promise<readonly Entry[]> {
  const { stdout: name } = await runCommand("podman", ["create", "--pull=never", image]);
  const id = name.trim();
  try {
    const { stdout: folder } = await runCommand("podman", ["mount", id]);
    const { stdout } = await runCommand("find", [folder.trim(), "-printf", "%M %U:%G %P\\n"]);
    await runCommand("podman", ["umount", id]);
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [mode = "", owner = "", ...path] = line.split(" ");
        return { mode, owner, path: path.join(" ") };
      });
  } finally {
    await tryCommand("podman", ["rm", "--force", "--volumes", id]);
  }
}

function listed(entries: readonly Entry[]): string | undefined {
  if (entries.length === 0) return undefined;
  const shown = entries.slice(0, 5).map(({ mode, owner, path }) => `${mode} ${owner} /${path}`);
  return `${entries.length} found: ${shown.join("; ")}`;
}

export const foreignToNode: Foreign = {
  what: "no part of the payment service, no build tool, no other platform's binary",
  is: (path) => notOfNode.test(path) || /prebuilds\/(darwin|win32|android)-/.test(path),
};
export const foreignToPayout: Foreign = {
  what: "the application is one file: nothing of the node, no package, no build tool",
  is: (path) => path.startsWith("app/") && path !== "app/lucid-payout.cjs",
};

/** What is in the image, and what is not. */
export async function checkContents(image: string, foreign: Foreign, report: Report): Promise<void> {
  let files: readonly Entry[] = [];
  await report.check("image can be listed", async () => {
    files = await filesOf(image);
    report.figures["files"] = files.length;
    return files.length > 100 ? undefined : `only ${files.length} files`;
  });
  // Packages may hold a script called "sh"; what counts is what can be executed.
  const executable = files.filter((file) => file.mode.startsWith("-") && file.mode.includes("x"));
  await report.check("no shell, package manager or tool in the image", async () =>
    listed(
      files.filter((file) => /^[-l]/.test(file.mode) && forbidden.test(file.path) && !file.path.startsWith("app/")),
    ),
  );
  await report.check("no program but Node.js", async () =>
    listed(
      executable.filter(({ path }) => path !== "nodejs/bin/node" && !/^(lib|usr\/lib)\/.*\.so(\.\d+)*$/.test(path)),
    ),
  );
  await report.check("no setuid or setgid program", async () =>
    listed(files.filter((file) => file.mode.startsWith("-") && /[sS]/.test(file.mode.slice(1)))),
  );
  await report.check("nothing of the application is writable by its user", async () =>
    listed(
      files.filter(
        ({ path, owner, mode }) =>
          (path === "app" || path.startsWith("app/") || path.startsWith("nodejs")) &&
          !mode.startsWith("l") &&
          (owner !== "0:0" || mode[8] === "w" || mode[5] === "w"),
      ),
    ),
  );
  await report.check(foreign.what, async () => listed(files.filter(({ path }) => foreign.is(path))));
}

/** What the kernel lets the container do. */
export async function checkIsolation(image: string, report: Report): Promise<void> {
  await report.check("a shell cannot be started", async () => {
    const result = await runOnce(image, ["--entrypoint=/bin/sh"], ["-c", "true"]);
    return result.code === 127 && /no such file|not found/i.test(result.stderr)
      ? undefined
      : `ended with ${result.code}: ${result.stderr.trim()}`;
  });
  await report.check("UID 65532, no capability, no new privileges, seccomp filter", async () => {
    const status = await script(image, "console.log(fs.readFileSync('/proc/self/status', 'utf8'))");
    const wanted = [
      /^Uid:\s+65532\s+65532\s+65532\s+65532$/m,
      /^Gid:\s+65532\s+65532\s+65532\s+65532$/m,
      /^CapEff:\s+0+$/m,
      /^CapPrm:\s+0+$/m,
      /^CapBnd:\s+0+$/m,
      /^NoNewPrivs:\s+1$/m,
      /^Seccomp:\s+2$/m,
    ];
    const failed = wanted.filter((pattern) => !pattern.test(status));
    return failed.length === 0 ? undefined : `no match for ${failed.join(" ")}`;
  });
  await report.check("nothing can be written but /data and /tmp", async () => {
    const tried = await script(
      image,
      `const results = {};
       for (const folder of ['/', '/app', '/app/node', '/nodejs/bin', '/etc', '/home/nonroot', '/usr/lib', '/var', '/dev', '/tmp', '/data']) {
         try { fs.writeFileSync(folder + '/probe', 'x'); fs.rmSync(folder + '/probe'); results[folder] = 'written'; }
         catch (error) { results[folder] = error.code; }
       }
       console.log(JSON.stringify(results));`,
      ["--volume=/data"],
    );
    const results = JSON.parse(tried) as Record<string, string>;
    const wrong = Object.entries(results).filter(
      ([folder, result]) => (result === "written") !== (folder === "/data" || folder === "/tmp"),
    );
    return wrong.length === 0 ? undefined : wrong.map(([folder, result]) => `${folder}: ${result}`).join(", ");
  });
  await report.check("no network but loopback", async () => {
    const names = await script(image, "console.log(Object.keys(os.networkInterfaces()).join())");
    return names === "lo" || names === "" ? undefined : names;
  });
  await checkSeccomp(image, report);
}

/** Asks for a system call that the profile refuses, with a program of this machine that needs only the C library. */
async function checkSeccomp(image: string, report: Report): Promise<void> {
  const probe = (profile?: string) =>
    runOnce(
      image,
      ["--volume=/usr/bin/unshare:/probe:ro", "--entrypoint=/probe"],
      ["--user", node, "--version"],
      profile,
    );
  await report.check("the seccomp profile refuses new namespaces", async () => {
    const result = await probe();
    return result.code !== 0 && /not permitted/i.test(result.stderr)
      ? undefined
      : `ended with ${result.code}: ${result.stdout}${result.stderr}`;
  });
  // The control: whether it is the profile that refuses, or this machine does so anyway.
  report.figures["allowedWithoutProfile"] = String((await probe("unconfined")).code === 0);
}

/** A script in the image's Node.js under the full hardening; what it prints. */
async function script(image: string, text: string, options: readonly string[] = []): Promise<string> {
  const code = `const fs = require('node:fs'); const os = require('node:os'); ${text}`;
  const result = await runOnce(image, [`--entrypoint=${node}`, ...options], ["-e", code]);
  return result.code === 0 ? result.stdout.trim() : `ended with ${result.code}: ${result.stderr}`;
}
