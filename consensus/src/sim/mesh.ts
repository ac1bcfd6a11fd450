import type { Random } from "./random.js";

/** Links that each node adds to the ring; gossipsub's own degree is 6 to 12, in networks that are larger. */
const CHORDS = 2;

/**
 * A sparse random mesh, over which gossip travels in several hops. A ring goes through the honest nodes, so that no liar
 * sits between them for good: who cuts the network in two has broken more than a third of it.
 * @returns the neighbours of each node, by index
 */
export function drawMesh(honest: readonly number[], liars: readonly number[], random: Random): readonly number[][] {
  const all = [...honest, ...liars];
  const links = new Map(all.map((index) => [index, new Set<number>()]));
  const link = (a: number, b: number): void => {
    if (a === b) return;
    links.get(a)?.add(b);
    links.get(b)?.add(a);
  };
  const ring = random.shuffle(honest);
  ring.forEach((index, i) => {
    link(index, ring[(i + 1) % ring.length] ?? index);
  });
  for (const index of all) for (let i = 0; i < CHORDS; i++) link(index, random.pick(all));
  return Array.from({ length: Math.max(-1, ...all) + 1 }, (_, index) => [...(links.get(index) ?? [])]);
}
