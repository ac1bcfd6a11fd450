import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Whether Debian's tor, or another, is on the PATH. */
export const hasTor = spawnSync("tor", ["--version"]).status === 0;

/** A tor process without a network: its ports answer, and nothing is behind them. */
export class RealTor {
  private readonly folder: string;
  private readonly child: ChildProcess;
  private readonly gone: Promise<void>;
  private said = "";

  /** @param lines of torrc beside those that every test needs */
  constructor(folder: string, lines: readonly string[]) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o700);
    const torrc = join(folder, "torrc");
    const common = [`DataDirectory ${folder}`, "DisableNetwork 1", "Log notice stdout", "RunAsDaemon 0"];
    writeFileSync(torrc, `${[...common, ...lines].join("\n")}\n`);
    this.child = spawn("tor", ["-f", torrc], { stdio: ["ignore", "pipe", "inherit"] });
    this.child.stdout?.on("data", (part: Buffer) => {
      this.said += part.toString("utf8");
    });
    this.gone = new Promise((resolve) => this.child.once("exit", () => resolve()));
  }

  get cookie(): string {
    return join(this.folder, "cookie");
  }

  get log(): string {
    return this.said;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.gone;
  }
}
