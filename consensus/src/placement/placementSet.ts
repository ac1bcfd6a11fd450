import { latin1Of } from "../base/bytes.js";
import "../types/hasher.js";
import { hasher } from "@chainsafe/persistent-merkle-tree";
import { sha256 } from "../base/hash.js";
import type { PlacementNode } from "./members.js";

const HASH = 32;
/** Hash input: 32 bytes that name the chunk, then the ticket. */
const INPUT = 64;

/**
 * Weighted rendezvous hashing (Thaler and Ravishankar, 1998) of chunks over a set of nodes. Each point of a node is a
 * ticket, SHA-256(nodeId || point); a node's score for a chunk is the largest SHA-256(chunkRoot || ticket) of its tickets,
 * compared as bytes; the chunk belongs to the highest scores of different operators. Whoever leaves or joins moves only
 * the chunks that it loses or gets.
 *
 * The ticket is hashed once, so that a score is the hash of exactly 64 bytes, which SIMD code does for many at a time: 3.5 ms
 * instead of 370 ms for 40,000 tickets.
 */
export class PlacementSet {
  readonly nodes: readonly PlacementNode[];
  /** Copies of a chunk while there are enough operators. */
  readonly replicas: number;
  /** Different operators. */
  readonly operators: number;
  /** By ticket: position in `nodes`. */
  private readonly owner: Uint32Array;
  /** By position in `nodes`: number of its operator. */
  private readonly operatorOf: Uint32Array;
  private readonly input: Uint8Array;
  private readonly scores: Uint8Array;
  private readonly view: DataView;

  constructor(nodes: readonly PlacementNode[], replicas: number) {
    this.nodes = nodes;
    this.replicas = replicas;
    const tickets = nodes.reduce((sum, { points }) => sum + points, 0);
    this.owner = new Uint32Array(tickets);
    this.operatorOf = new Uint32Array(nodes.length);
    this.input = new Uint8Array(tickets * INPUT);
    this.scores = new Uint8Array(tickets * HASH);
    this.view = new DataView(this.scores.buffer);
    const numbers = new Map<string, number>();
    let ticket = 0;
    nodes.forEach(({ nodeId, operator, points }, position) => {
      const name = latin1Of(operator);
      const number = numbers.get(name) ?? numbers.size;
      numbers.set(name, number);
      this.operatorOf[position] = number;
      for (let point = 0; point < points; point++, ticket++) {
        this.owner[ticket] = position;
        this.input.set(sha256(nodeId, Uint8Array.of(point)), ticket * INPUT + HASH);
      }
    });
    this.operators = numbers.size;
  }

  /**
   * The nodes that a chunk belongs to, the highest score first, the last replica last; all operators' best when there are no
   * more operators than replicas.
   *
   * The last replica is drawn with the mix of the epoch after the session's registration, which nobody knows when chunks are
   * made: else whoever grinds chunks could place all copies on nodes of his own. Without a mix it is left out, until that
   * epoch has begun; then repair fills it from the others.
   * @param chunkRoot 32 bytes @param mix 32 bytes
   */
  assign(chunkRoot: Uint8Array, mix?: Uint8Array): PlacementNode[] {
    if (this.operators <= this.replicas) return this.top(chunkRoot, this.operators, new Set());
    const first = this.top(chunkRoot, this.replicas - 1, new Set());
    if (mix === undefined) return first;
    const taken = new Set(first.map((node) => this.operatorOf[this.nodes.indexOf(node)] ?? 0));
    return [...first, ...this.top(sha256(chunkRoot, mix), 1, taken)];
  }

  /** The nodes of different operators with the highest scores: in this order a chunk is offered to them before its session has a mix. */
  ranking(chunkRoot: Uint8Array, count: number): PlacementNode[] {
    return this.top(chunkRoot, count, new Set());
  }

  /** The `count` highest scores of different operators, in that order. */
  private top(name: Uint8Array, count: number, taken: ReadonlySet<number>): PlacementNode[] {
    const { owner, operatorOf, view } = this;
    this.hashAll(name);
    const best: { ticket: number; operator: number }[] = [];
    /** First four bytes of the lowest score in a full list: hardly any ticket passes it, so little is compared in full. */
    let floor = 0;
    for (let ticket = 0; ticket < owner.length; ticket++) {
      if (view.getUint32(ticket * HASH) < floor) continue;
      const operator = operatorOf[owner[ticket] ?? 0] ?? 0;
      if (taken.has(operator)) continue;
      const own = best.findIndex((each) => each.operator === operator);
      if (own >= 0) {
        if (this.compare(ticket, best[own]?.ticket ?? 0) <= 0) continue;
        best.splice(own, 1);
      }
      let place = best.length;
      while (place > 0 && this.compare(ticket, best[place - 1]?.ticket ?? 0) > 0) place--;
      best.splice(place, 0, { ticket, operator });
      if (best.length > count) best.pop();
      const last = best.at(-1);
      if (best.length === count && last !== undefined) floor = view.getUint32(last.ticket * HASH);
    }
    return best.flatMap(({ ticket }) => this.nodes[owner[ticket] ?? 0] ?? []);
  }

  private hashAll(name: Uint8Array): void {
    if (this.input.length === 0) return;
    for (let at = 0; at < this.input.length; at += INPUT) this.input.set(name, at);
    hasher.hashInto(this.input, this.scores);
  }

  /** Of two tickets' scores, as bytes. */
  private compare(a: number, b: number): number {
    return Buffer.compare(
      this.scores.subarray(a * HASH, (a + 1) * HASH),
      this.scores.subarray(b * HASH, (b + 1) * HASH),
    );
  }
}
