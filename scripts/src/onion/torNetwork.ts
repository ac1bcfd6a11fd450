import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePorts } from "@lucid/node/cli";
import { ScriptError } from "../errors.js";

/*
 * A Tor network of its own on this machine: three directory authorities and three relays that know nobody else, and
 * clients. Everything is on 127.0.0.1. The options are those of Tor's own test networks (chutney).
 */

const AUTHORITIES = 3;
const RELAYS = 3;
/** Seconds between two consensus documents; the shortest that the authorities take. */
const VOTING = 10;
const POLL = 250;

export type Launcher = (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess;

export interface TorClient {
  /** Of the SOCKS and of the control port, on 127.0.0.1. */
  readonly socks: number;
  readonly control: number;
  /** Runs it, again after `kill`; resolves when it can build circuits, rejects when it ends before. */
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

interface Process {
  readonly child: ChildProcess;
  readonly gone: Promise<void>;
}

function failed(message: string): ScriptError {
  return new ScriptError({ code: "NETSIM_FAILED", message });
}

async function output(command: string, args: readonly string[], input = ""): Promise<string> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  let text = "";
  child.stdout.on("data", (part: Buffer) => {
    text += part.toString("utf8");
  });
  child.stdin.end(input);
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw failed(`${command} ended with ${code}`);
  return text;
}

export class TorNetwork {
  private readonly folder: string;
  private readonly launch: Launcher;
  private readonly processes = new Set<Process>();
  private readonly authorities: string[] = [];
  private lines: readonly string[] = [];

  /** @param launch starts a program, in a network namespace of the caller's choice */
  constructor(folder: string, launch: Launcher) {
    this.folder = folder;
    this.launch = launch;
  }

  /** Resolves when there is a consensus that names every relay. */
  async start(patience: number): Promise<void> {
    const made = await Promise.all(Array.from({ length: AUTHORITIES }, (_, index) => this.makeAuthority(`a${index}`)));
    this.lines = made.map(({ line }) => line);
    const vote = [
      "AuthoritativeDirectory 1",
      "V3AuthoritativeDirectory 1",
      `V3AuthVotingInterval ${VOTING}`,
      "V3AuthVoteDelay 2",
      "V3AuthDistDelay 2",
      // Clients fetch a new consensus within a minute. In a test network onion services change their keys every 24 intervals of voting:
      // two clients whose consensus is further apart than that never find each other.
      "V3AuthNIntervalsValid 6",
      `TestingV3AuthInitialVotingInterval ${VOTING}`,
      "TestingV3AuthInitialVoteDelay 2",
      "TestingV3AuthInitialDistDelay 2",
      "TestingDirAuthVoteGuard *",
      "TestingDirAuthVoteHSDir *",
      "TestingDirAuthVoteExit *",
      "TestingMinExitFlagThreshold 0",
    ];
    for (const { folder, torrc } of made) this.run(folder, [...torrc, ...vote]);
    for (let index = 0; index < RELAYS; index++) {
      const folder = this.makeFolder(`r${index}`);
      this.run(folder, [...relayLines(folder), `ORPort 127.0.0.1:${await freePort()}`]);
    }
    await this.until("a consensus of the private Tor network", patience, () =>
      this.authorities.every((folder) => routersIn(folder) === AUTHORITIES + RELAYS),
    );
  }

  async client(name: string, patience: number): Promise<TorClient> {
    const folder = this.makeFolder(name);
    const [socks, control] = [await freePort(), await freePort()];
    const torrc = [
      ...commonLines(folder),
      `SocksPort 127.0.0.1:${socks}`,
      `ControlPort 127.0.0.1:${control}`,
      "CookieAuthentication 1",
      // On loopback Tor learns times of half a second, which no circuit keeps once the machine is busy with something else.
      "LearnCircuitBuildTimeout 0",
      "CircuitBuildTimeout 10",
    ];
    let running: Process | undefined;
    return {
      socks,
      control,
      start: async () => {
        const log = join(folder, "log");
        const before = logText(log).length;
        const started = this.run(folder, torrc);
        running = started;
        await this.until(`Tor of ${name}`, patience, () => {
          if (!this.processes.has(started)) throw failed(`Tor of ${name} has ended`);
          return logText(log).slice(before).includes("Bootstrapped 100%");
        });
      },
      kill: async () => {
        running?.child.kill("SIGKILL");
        await running?.gone;
      },
    };
  }

  async stop(): Promise<void> {
    for (const { child } of this.processes) child.kill("SIGKILL");
    await Promise.all([...this.processes].map(({ gone }) => gone));
  }

  private makeFolder(name: string): string {
    const folder = join(this.folder, name);
    mkdirSync(join(folder, "keys"), { recursive: true });
    // Tor takes no folder that others may look into.
    for (const each of [folder, join(folder, "keys")]) chmodSync(each, 0o700);
    return folder;
  }

  private async makeAuthority(
    name: string,
  ): Promise<{ readonly folder: string; readonly torrc: readonly string[]; readonly line: string }> {
    const folder = this.makeFolder(name);
    const keys = join(folder, "keys");
    const [orPort, dirPort] = [await freePort(), await freePort()];
    const certificate = join(keys, "authority_certificate");
    await output(
      "tor-gencert",
      [
        ...["--create-identity-key", "--passphrase-fd", "0", "-m", "12", "-a", `127.0.0.1:${dirPort}`],
        ...["-i", join(keys, "authority_identity_key"), "-s", join(keys, "authority_signing_key"), "-c", certificate],
      ],
      "unused\n",
    );
    const v3ident = /^fingerprint ([0-9A-F]{40})$/m.exec(readFileSync(certificate, "utf8"))?.[1];
    const torrc = [...relayLines(folder), `ORPort 127.0.0.1:${orPort}`, `DirPort 127.0.0.1:${dirPort}`];
    const path = join(folder, "torrc");
    writeFileSync(path, `${torrc.join("\n")}\n`);
    // A test network must have authorities of its own, even to be asked for a fingerprint.
    const nobody = ["--DirAuthority", `nobody 127.0.0.1:1 ${"f".repeat(40)}`];
    const said = await output("tor", ["-f", path, "--list-fingerprint", ...nobody, "--quiet"]);
    const fingerprint = /(([0-9A-F]{4} ){9}[0-9A-F]{4})/.exec(said)?.[1];
    if (v3ident === undefined || fingerprint === undefined) throw failed(`no fingerprint of ${name}`);
    this.authorities.push(folder);
    const line = `DirAuthority ${name} orport=${orPort} v3ident=${v3ident} 127.0.0.1:${dirPort} ${fingerprint}`;
    return { folder, torrc, line };
  }

  private run(folder: string, torrc: readonly string[]): Process {
    const path = join(folder, "torrc");
    writeFileSync(path, `${[...torrc, ...this.lines].join("\n")}\n`);
    const child = this.launch("tor", ["-f", path], { stdio: "ignore" });
    const process = { child, gone: new Promise<void>((resolve) => child.once("exit", () => resolve())) };
    this.processes.add(process);
    void process.gone.then(() => this.processes.delete(process));
    return process;
  }

  private async until(what: string, milliseconds: number, test: () => boolean): Promise<void> {
    const deadline = performance.now() + milliseconds;
    while (!test()) {
      if (performance.now() > deadline) throw failed(`${what}: not within ${milliseconds / 1000} s`);
      await delay(POLL);
    }
  }
}

function commonLines(folder: string): readonly string[] {
  return [
    `DataDirectory ${folder}`,
    `Log notice file ${join(folder, "log")}`,
    "TestingTorNetwork 1",
    "PathsNeededToBuildCircuits 0.5",
    "ShutdownWaitLength 0",
  ];
}

function relayLines(folder: string): readonly string[] {
  const name = folder.slice(folder.lastIndexOf("/") + 1);
  return [
    ...commonLines(folder),
    `Nickname ${name}`,
    "Address 127.0.0.1",
    "AssumeReachable 1",
    "SocksPort 0",
    "ExitRelay 0",
    "ServerDNSDetectHijacking 0",
    "ServerDNSTestAddresses",
  ];
}

function logText(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Relays in the consensus that an authority holds. */
function routersIn(folder: string): number {
  return logText(join(folder, "cached-microdesc-consensus")).match(/^r /gm)?.length ?? 0;
}

async function freePort(): Promise<number> {
  const [port] = await freePorts("127.0.0.1", 1);
  if (port === undefined) throw failed("no free port");
  return port;
}
