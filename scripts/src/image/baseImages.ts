import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { runCommand, tryCommand } from "./command.js";

/** Of the runtime base: what gcr.io/distroless/nodejs20-debian12 consists of. */
const runtimePackages = ["base-files", "ca-certificates", "libc6", "libgcc-s1", "libstdc++6", "netbase", "tzdata"];
/** The build stage runs npm and tsc: one static program gives it a shell. */
const buildPackages = [...runtimePackages, "busybox-static"];

const passwd = [
  "root:x:0:0:root:/root:/sbin/nologin",
  "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin",
  "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin",
  "",
].join("\n");
const group = ["root:x:0:", "nobody:x:65534:", "tty:x:5:", "nonroot:x:65532:", ""].join("\n");

/** Unpacks Debian packages of this machine's release and architecture into `rootfs`; nothing of them is run. */
async function unpack(packages: readonly string[], work: string, rootfs: string): Promise<void> {
  const folder = join(work, "packages");
  mkdirSync(folder, { recursive: true });
  mkdirSync(rootfs, { recursive: true });
  const download = ["download", "-q", "-o", "APT::Sandbox::User=root", ...packages];
  if ((await tryCommand("apt-get", download, { cwd: folder, timeout: 120_000 })).code !== 0) {
    // A fresh machine has no package lists.
    await runCommand("apt-get", ["update", "-q"], { timeout: 180_000 });
    await runCommand("apt-get", download, { cwd: folder, timeout: 120_000 });
  }
  for (const name of readdirSync(folder)) {
    if (packages.some((one) => name.startsWith(`${one}_`)))
      await runCommand("dpkg", ["-x", join(folder, name), rootfs]);
  }
}

/** Users, trusted authorities and a copy of this Node.js at `nodePath`. */
function furnish(rootfs: string, nodePath: string): void {
  writeFileSync(join(rootfs, "etc/passwd"), passwd);
  writeFileSync(join(rootfs, "etc/group"), group);
  writeFileSync(join(rootfs, "etc/nsswitch.conf"), "hosts: files dns\n");
  mkdirSync(join(rootfs, "home/nonroot"), { recursive: true });
  mkdirSync(join(rootfs, dirname(nodePath)), { recursive: true });
  cpSync(realpathSync(process.execPath), join(rootfs, nodePath));
  chmodSync(join(rootfs, nodePath), 0o755);
  const bundle = join(rootfs, "usr/share/ca-certificates/mozilla");
  const certificates = readdirSync(bundle).map((name) => readFileSync(join(bundle, name), "utf8"));
  mkdirSync(join(rootfs, "etc/ssl/certs"), { recursive: true });
  writeFileSync(join(rootfs, "etc/ssl/certs/ca-certificates.crt"), certificates.join(""));
}

async function buildImage(rootfs: string, work: string, tag: string, instructions: readonly string[]): Promise<void> {
  const file = join(work, "base.Dockerfile");
  writeFileSync(file, ["FROM scratch", "COPY . /", ...instructions, ""].join("\n"));
  await runCommand(
    "buildah",
    ["bud", "--isolation", "chroot", "--format", "docker", "-q", "-f", file, "-t", tag, rootfs],
    {
      timeout: 300_000,
    },
  );
  rmSync(rootfs, { recursive: true });
}

/** A base of the content of distroless/nodejs: the C library, certificates, time zones, Node.js; no shell, no packages. */
export async function buildRuntimeBase(work: string, tag: string): Promise<void> {
  const rootfs = join(work, "runtime");
  await unpack(runtimePackages, work, rootfs);
  furnish(rootfs, "nodejs/bin/node");
  // Maintenance programs of packages that are never maintained here, and documents.
  const unneeded = ["usr/sbin", "usr/bin", "etc/update-motd.d", "usr/share/doc", "usr/share/man", "usr/share/lintian"];
  for (const folder of unneeded) {
    rmSync(join(rootfs, folder), { recursive: true, force: true });
  }
  await buildImage(rootfs, work, tag, [
    "ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
    "USER 65532:65532",
    "WORKDIR /home/nonroot",
    'ENTRYPOINT ["/nodejs/bin/node"]',
  ]);
}

/** Stands in for docker.io/library/node: Node.js and npm where that image has them, and a shell. */
export async function buildBuildBase(work: string, tag: string): Promise<void> {
  const rootfs = join(work, "build");
  await unpack(buildPackages, work, rootfs);
  furnish(rootfs, "usr/local/bin/node");
  const npm = await npmFolder();
  cpSync(npm, join(rootfs, "usr/local/lib/node_modules/npm"), { recursive: true, verbatimSymlinks: true });
  for (const name of ["npm", "npx"]) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(rootfs, "usr/local/bin", name));
  }
  mkdirSync(join(rootfs, "usr/bin"), { recursive: true });
  for (const name of ["sh", "env", "uname", "mkdir", "rm", "cp", "ls", "cat"]) {
    const path = join(rootfs, name === "env" ? "usr/bin" : "bin", name);
    if (!existsSync(path)) symlinkSync("/bin/busybox", path);
  }
  // Where a proxy with its own authority stands between this machine and the registry, the build must trust it too.
  const trusted = "/etc/ssl/certs/ca-certificates.crt";
  if (existsSync(trusted)) cpSync(trusted, join(rootfs, trusted), { dereference: true });
  await buildImage(rootfs, work, tag, ["ENV PATH=/usr/local/bin:/usr/bin:/bin"]);
}

async function npmFolder(): Promise<string> {
  const { stdout } = await runCommand("npm", ["root", "--global"]);
  return join(stdout.trim(), "npm");
}

/** An .npmrc with this machine's registry and authorities, and nothing secret. */
export async function registrySettings(): Promise<string> {
  const registry = (await runCommand("npm", ["config", "get", "registry"])).stdout.trim();
  return `registry=${registry}\ncafile=/etc/ssl/certs/ca-certificates.crt\nupdate-notifier=false\n`;
}
