/** A server for the tests of MongoStore: MONGODB_URI, else mongod, else FerretDB; else the reason why there is none. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

export interface MongoServer {
  readonly name: "given" | "mongod" | "FerretDB";
  readonly uri: string;
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  for (;;) {
    // Below the ports of outgoing connections: another connection may take one of those in the next moment.
    const port = randomInt(20_000, 32_768);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (free) return port;
  }
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function onPath(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(":"), join(homedir(), "go", "bin")];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/**
 * Needs Go and its module proxy; only when asked for, since it compiles for a minute. `go install` alone makes a binary
 * that does not start: the module lacks the file with its version.
 */
function installFerret(): string | undefined {
  const go = onPath("go");
  if (process.env["LUCID_INSTALL_FERRETDB"] !== "1" || go === undefined) return undefined;
  const version = "v1.24.1";
  const source = mkdtempSync(join(tmpdir(), "payout-ferret-"));
  try {
    const run = (...args: string[]) =>
      execFileSync(go, args, { cwd: source, encoding: "utf8", timeout: 600_000, stdio: ["ignore", "pipe", "ignore"] });
    const { Dir } = JSON.parse(run("mod", "download", "-json", `github.com/FerretDB/FerretDB@${version}`)) as {
      Dir: string;
    };
    cpSync(Dir, source, { recursive: true });
    chmodSync(join(source, "build/version"), 0o755);
    writeFileSync(join(source, "build/version/version.txt"), `${version}\n`);
    const target = join(homedir(), "go", "bin", "ferretdb");
    run("build", "-o", target, "./cmd/ferretdb");
    return target;
  } catch {
    return undefined;
  } finally {
    execFileSync("chmod", ["-R", "u+w", source]);
    rmSync(source, { recursive: true, force: true });
  }
}

export async function startMongoServer(): Promise<MongoServer | string> {
  const given = process.env["MONGODB_URI"];
  if (given !== undefined && given !== "") {
    const { hostname, port } = new URL(given);
    return { name: "given", uri: given, host: hostname, port: Number(port || 27017), stop: async () => {} };
  }
  const mongod = onPath("mongod");
  const binary = mongod ?? onPath("ferretdb") ?? installFerret();
  if (binary === undefined) {
    return "neither MONGODB_URI nor mongod nor ferretdb (LUCID_INSTALL_FERRETDB=1 installs it where Go is)";
  }
  const folder = mkdtempSync(join(tmpdir(), "payout-mongo-"));
  const port = await freePort();
  const args =
    mongod !== undefined
      ? ["--dbpath", folder, "--port", String(port), "--bind_ip", "127.0.0.1"]
      : [
          "--handler=sqlite",
          `--sqlite-url=file:${folder}/`,
          `--listen-addr=127.0.0.1:${port}`,
          "--debug-addr=-",
          `--state-dir=${folder}`,
          "--telemetry=disable",
        ];
  const child: ChildProcess = spawn(binary, args, { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for (let tries = 0; !(await connects(port)); tries++) {
    if (tries > 300 || child.exitCode !== null) return `${binary} did not start`;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    name: mongod === undefined ? "FerretDB" : "mongod",
    uri: `mongodb://127.0.0.1:${port}/`,
    host: "127.0.0.1",
    port,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
