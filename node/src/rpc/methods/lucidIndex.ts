import { fromHex } from "@lucid/consensus/base";
import { INDEX_ENTRY_LIMIT, indexItem } from "@lucid/storage";
import { z } from "zod";
import type { RpcBackend } from "../backend.js";
import { toHex } from "../format/hex.js";
import { defineMethod, type RpcMethod } from "../method.js";
import { RpcError } from "../rpcError.js";
import { address, answerHash } from "../schema/primitives.js";

const PUT_COST = 200;
const PAGE_COST = 100;
/** Entries of one answer. */
const PAGE = 500;

const hexBytes = (longest: number) =>
  z.string().regex(new RegExp(`^0x(?:[0-9a-fA-F]{2}){1,${longest}}$`), `expected 1 to ${longest} bytes in hex`);

const page = z.strictObject({
  entries: z.array(hexBytes(INDEX_ENTRY_LIMIT)),
  next: answerHash.nullable(),
});

/** The encrypted index (docs/index-format.md): nodes keep it, owners read it. */
export function lucidIndexMethods(backend: RpcBackend): readonly RpcMethod[] {
  const door = () => {
    if (backend.index !== undefined) return backend.index;
    throw new RpcError("RPC_INTERNAL", "this node keeps no index");
  };
  return [
    defineMethod({
      name: "lucid_putIndexEntry",
      summary: "Stores a signed entry of the encrypted index and tells the peers; the answer is its id.",
      params: [{ name: "entry", summary: "Encoded entry", schema: hexBytes(INDEX_ENTRY_LIMIT) }],
      result: hexBytes(16),
      cost: PUT_COST,
      handler: async ([entry]) => {
        const item = indexItem(fromHex(entry));
        await door().put(item);
        return toHex(item.id);
      },
    }),
    defineMethod({
      name: "lucid_getIndexEntries",
      summary: "Entries of an owner in the order of their keys, 500 at a time; next is the key to go on from.",
      params: [
        { name: "owner", schema: address },
        { name: "from", summary: "First key", schema: hexBytes(32).optional() },
      ],
      result: page,
      cost: PAGE_COST,
      handler: async ([owner, from]) => {
        const items = await door().ofOwner(owner, from === undefined ? new Uint8Array() : fromHex(from), PAGE + 1);
        const next = items[PAGE];
        return {
          entries: items.slice(0, PAGE).map(({ encoded }) => toHex(encoded)),
          next: next === undefined ? null : toHex(next.entry.key),
        };
      },
    }),
  ];
}
