import type { StoreOp } from "../interfaces.js";

const HEADER = 9;
const PUT = 1;

/**
 * Operations of a batch as one array, for the way to another thread: a message copies each of many small arrays by itself,
 * which takes longer than writing them. Per operation: 1 for put or 0 for del, length of key u32, of value u32, key, value.
 */
export function packOps(ops: readonly StoreOp[]): Uint8Array {
  const size = ops.reduce((sum, op) => sum + HEADER + op.key.length + (op.type === "put" ? op.value.length : 0), 0);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const op of ops) {
    const value = op.type === "put" ? op.value : undefined;
    view.setUint8(at, value === undefined ? 0 : PUT);
    view.setUint32(at + 1, op.key.length);
    view.setUint32(at + 5, value?.length ?? 0);
    at += HEADER;
    out.set(op.key, at);
    at += op.key.length;
    if (value === undefined) continue;
    out.set(value, at);
    at += value.length;
  }
  return out;
}

/** Views of what `packOps` made. */
export function unpackOps(packed: Uint8Array): StoreOp[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  const ops: StoreOp[] = [];
  for (let at = 0; at < packed.length; ) {
    const keyEnd = at + HEADER + view.getUint32(at + 1);
    const end = keyEnd + view.getUint32(at + 5);
    const key = packed.subarray(at + HEADER, keyEnd);
    if (view.getUint8(at) === PUT) ops.push({ type: "put", key, value: packed.subarray(keyEnd, end) });
    else ops.push({ type: "del", key });
    at = end;
  }
  return ops;
}
