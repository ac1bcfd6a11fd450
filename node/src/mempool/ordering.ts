import { effectiveTip } from "../execution/fees.js";
import type { PoolTransaction } from "./poolTransaction.js";
import type { SenderQueue } from "./senderQueue.js";

interface Front {
  readonly queue: SenderQueue;
  readonly index: number;
  readonly tip: bigint;
  readonly transaction: PoolTransaction;
}

/** Higher tip first, then who waits longer. */
function before(a: Front, b: Front): boolean {
  return a.tip > b.tip || (a.tip === b.tip && a.transaction.sequence < b.transaction.sequence);
}

/**
 * Runnable transactions, best tip first, nonces of a sender in order: a heap of each sender's next one. What cannot pay
 * the base fee, and what follows it, is left out.
 */
export function bestFirst(queues: Iterable<SenderQueue>, baseFee: bigint): PoolTransaction[] {
  const heap: Front[] = [];
  for (const queue of queues) push(heap, front(queue, 0, baseFee));
  const out: PoolTransaction[] = [];
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    out.push(top.transaction);
    const next = front(top.queue, top.index + 1, baseFee);
    if (next === undefined) {
      const last = heap.pop();
      if (heap.length > 0 && last !== undefined) sink(heap, last);
    } else sink(heap, next);
  }
  return out;
}

function front(queue: SenderQueue, index: number, baseFee: bigint): Front | undefined {
  const transaction = index < queue.runnable ? queue.transactions[index] : undefined;
  if (transaction === undefined || transaction.maxFeePerGas < baseFee) return undefined;
  return { queue, index, tip: effectiveTip(transaction, baseFee), transaction };
}

function push(heap: Front[], item: Front | undefined): void {
  if (item === undefined) return;
  let at = heap.length;
  heap.push(item);
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || !before(item, parent)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = item;
}

/** Puts `item` in the place of the root. */
function sink(heap: Front[], item: Front): void {
  let at = 0;
  for (;;) {
    let down = 2 * at + 1;
    let child = heap[down];
    const right = heap[down + 1];
    if (child === undefined) break;
    if (right !== undefined && before(right, child)) {
      child = right;
      down += 1;
    }
    if (!before(child, item)) break;
    heap[at] = child;
    at = down;
  }
  heap[at] = item;
}
