import { setTimeout as delay } from "node:timers/promises";
import { runCommand } from "./command.js";
import type { Container } from "./container.js";

/** Polls until `probe` gives something; a container has no event to wait for. */
export async function until<T>(
  what: string,
  milliseconds: number,
  probe: () => Promise<T | undefined>,
): Promise<T | string> {
  const end = performance.now() + milliseconds;
  let last = "";
  while (performance.now() < end) {
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await delay(250);
  }
  return `${what} did not come within ${milliseconds / 1000} s${last === "" ? "" : `: ${last}`}`;
}

/** What a running container has written that is neither its volume nor its tmpfs. */
export async function writtenOutside(container: Container): Promise<string | undefined> {
  const { stdout } = await runCommand("podman", ["diff", "--format=json", container.name]);
  const changes = JSON.parse(stdout) as { changed?: string[]; added?: string[]; deleted?: string[] };
  // Mount points that the container engine itself makes.
  const engine =
    /^\/(run|etc|dev|proc|sys|data|tmp)(\/(secrets|hosts|hostname|resolv\.conf|mtab|\.containerenv))?$|^\/run\/\.containerenv$/;
  const written = [...(changes.added ?? []), ...(changes.changed ?? []), ...(changes.deleted ?? [])].filter(
    (path) => !engine.test(path),
  );
  return written.length === 0 ? undefined : written.slice(0, 8).join(", ");
}
