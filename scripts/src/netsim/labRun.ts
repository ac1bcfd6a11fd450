import { Lab } from "./lab.js";
import { Run, type RunOptions } from "./run.js";

/** A scenario with machines of its own; they go after their processes. */
export function withLab<T>(
  options: RunOptions,
  scenario: (run: Run, lab: Lab) => Promise<T>,
  addresses: "private" | "public" = "private",
): Promise<T> {
  return Run.within(options, async (run) => {
    const lab = await Lab.open(addresses);
    try {
      return await scenario(run, lab);
    } finally {
      await Promise.all(run.nodes.map((node) => node.stop()));
      lab.close();
    }
  });
}
