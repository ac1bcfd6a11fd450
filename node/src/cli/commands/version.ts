import type { CommandContext } from "../commandContext.js";
import { version } from "../version.js";

/** @returns nothing: exit code 0. */
export async function run({ output }: CommandContext): Promise<undefined> {
  output.data({ version, node: process.versions.node, platform: process.platform, arch: process.arch });
  output.line(`lucid ${version} (Node.js ${process.versions.node}, ${process.platform} ${process.arch})`);
  return undefined;
}
