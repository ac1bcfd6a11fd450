import { join } from "node:path";
import { repositoryRoot } from "../suites.js";
import { type CommandResult, runCommand, tryCommand } from "./command.js";

const runtime = ["--runtime", "runc"];
export const seccompProfile = join(repositoryRoot, "docker/seccomp/blockchainCore.json");
export const entry = "/app/node/dist/bundle/cli/main.js";
export const node = "/nodejs/bin/node";

/**
 * How the node is to be run: nothing to write to but the volume and a tmpfs, no capability, no network that it does
 * not need, bounded memory and number of processes.
 */
export function hardening(image: string, profile = seccompProfile, network = "none"): string[] {
  return [
    "--read-only",
    "--read-only-tmpfs=false",
    "--tmpfs=/tmp:rw,noexec,nosuid,nodev,size=64m",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    `--security-opt=seccomp=${profile}`,
    `--network=${network}`,
    "--pids-limit=256",
    "--memory=1g",
    // The defaults of podman need CAP_SYS_RESOURCE, which a machine that is itself contained may lack.
    "--ulimit=nofile=1000:1000",
    "--ulimit=nproc=1000:1000",
    "--pull=never",
    image,
  ];
}

/** `podman run --rm` with the hardening and more options before it. */
export function runOnce(
  image: string,
  options: readonly string[],
  command: readonly string[],
  profile = seccompProfile,
): Promise<CommandResult> {
  return tryCommand("podman", [...runtime, "run", "--rm", ...options, ...hardening(image, profile), ...command]);
}

/** A container that runs in the background. */
export class Container {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** @param network `none`, or `container:NAME` for the loopback of another container */
  async start(image: string, options: readonly string[], command: readonly string[], network = "none"): Promise<void> {
    await runCommand("podman", [
      ...runtime,
      "run",
      "--detach",
      `--name=${this.name}`,
      ...options,
      ...hardening(image, seccompProfile, network),
      ...command,
    ]);
  }

  /** Starts it again after it has ended. */
  async restart(): Promise<void> {
    await runCommand("podman", [...runtime, "start", this.name]);
  }

  /** A script in the container's own Node.js; what it prints. */
  async script(text: string): Promise<string> {
    const { stdout } = await runCommand("podman", [
      ...runtime,
      "exec",
      this.name,
      node,
      "--input-type=module",
      "-e",
      text,
    ]);
    return stdout.trim();
  }

  exec(args: readonly string[]): Promise<CommandResult> {
    return tryCommand("podman", [...runtime, "exec", this.name, ...args]);
  }

  async logs(): Promise<string> {
    const { stdout, stderr } = await tryCommand("podman", [...runtime, "logs", "--tail=20", this.name]);
    return `${stdout}${stderr}`.trim();
  }

  async inspect(format: string): Promise<string> {
    return (await runCommand("podman", ["inspect", "--format", format, this.name])).stdout.trim();
  }

  kill(signal: string): Promise<CommandResult> {
    return tryCommand("podman", [...runtime, "kill", `--signal=${signal}`, this.name]);
  }

  /** Exit code, once it has ended. */
  async wait(timeout: number): Promise<number | undefined> {
    const { code, stdout } = await tryCommand("podman", ["wait", this.name], { timeout });
    return code === 0 ? Number(stdout.trim()) : undefined;
  }

  async remove(): Promise<void> {
    await tryCommand("podman", [...runtime, "rm", "--force", "--volumes", "--time=0", this.name]);
  }
}
