import { fromHex } from "@lucid/consensus/base";
import { z } from "zod";

/** Names and texts of the schemas in the OpenRPC document. */
export const schemaRegistry = z.registry<{ id: string; description: string; pattern?: string }>();

const QUANTITY = /^0x(0|[1-9a-fA-F][0-9a-fA-F]*)$/;
const MAX_QUANTITY_LENGTH = 2 + 64;

/** Bytes of an even hex text with 0x in front; undefined for anything else. */
function bytesOf(text: string): Uint8Array | undefined {
  if (!text.startsWith("0x") || text.length % 2 !== 0) return undefined;
  // Buffer stops at the first character that is not hex, which the length then shows; a regular expression over
  // megabytes of calldata is far slower and can exhaust its stack.
  const buffer = Buffer.from(text.slice(2), "hex");
  if (buffer.length !== text.length / 2 - 1) return undefined;
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

function bytesSchema(id: string, description: string, pattern: string, fits: (length: number) => boolean) {
  return z
    .string()
    .transform((text, context): Uint8Array => {
      const bytes = bytesOf(text);
      if (bytes !== undefined && fits(bytes.length)) return bytes;
      context.addIssue({ code: "custom", message: `expected ${description}` });
      return z.NEVER;
    })
    .register(schemaRegistry, { id, description, pattern });
}

function fixedBytes(id: string, description: string, length: number) {
  return bytesSchema(id, description, `^0x[0-9a-fA-F]{${2 * length}}$`, (actual) => actual === length);
}

export const address = fixedBytes("Address", "20 bytes in hex", 20);
export const hash32 = fixedBytes("Hash32", "32 bytes in hex", 32);
export const data = bytesSchema("Bytes", "whole bytes in hex", "^0x([0-9a-fA-F]{2})*$", () => true);

/** A storage slot: 32 bytes; shorter ones are taken as numbers, as geth does. */
export const storageSlot = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/, "expected a storage slot of at most 32 bytes in hex")
  .transform((text): Uint8Array => fromHex(text.slice(2).padStart(64, "0"), 32))
  .register(schemaRegistry, { id: "StorageSlot", description: "A storage slot, at most 32 bytes in hex" });

/** An unsigned integer of at most 256 bits. */
export const quantity = z
  .string()
  .max(MAX_QUANTITY_LENGTH, "expected a quantity of at most 256 bits")
  .regex(QUANTITY, "expected a quantity: 0x and hex digits without leading zeros")
  .transform((text): bigint => BigInt(text))
  .register(schemaRegistry, { id: "Quantity", description: "An unsigned integer in hex without leading zeros" });

/** A count or an index: fits a double without loss. */
export const smallQuantity = z
  .string()
  .max(2 + 13, "number too large")
  .regex(QUANTITY, "expected a quantity: 0x and hex digits without leading zeros")
  .transform((text): number => Number(text))
  .register(schemaRegistry, { id: "SmallQuantity", description: "An unsigned integer below 2^52 in hex" });

/** eth_feeHistory's first argument: some clients send a JSON number. */
export const quantityOrNumber = z
  .union([z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER), smallQuantity])
  .register(schemaRegistry, { id: "QuantityOrNumber", description: "An unsigned integer, in hex or as a number" });

export const BLOCK_TAGS = ["earliest", "finalized", "safe", "latest", "pending"] as const;
export type BlockTag = (typeof BLOCK_TAGS)[number];

/** A height, a tag, or the root of a block. */
export type BlockReference = number | BlockTag | { readonly root: Uint8Array };

export const blockTag = z.enum(BLOCK_TAGS).register(schemaRegistry, { id: "BlockTag", description: "A block by name" });

export const blockNumberOrTag = z
  .union([blockTag, smallQuantity])
  .register(schemaRegistry, { id: "BlockNumberOrTag", description: "A block by height or by name" });

/** EIP-1898. `requireCanonical` changes nothing: every block that we have is canonical. */
const blockByHash = z
  .strictObject({ blockHash: hash32, requireCanonical: z.boolean().optional() })
  .transform(({ blockHash }): BlockReference => ({ root: blockHash }));
const blockByNumber = z
  .strictObject({ blockNumber: smallQuantity })
  .transform(({ blockNumber }): BlockReference => blockNumber);
const bareHash = hash32.transform((root): BlockReference => ({ root }));

export const blockReference = z
  .union([blockTag, bareHash, blockByHash, blockByNumber, smallQuantity])
  .register(schemaRegistry, {
    id: "BlockNumberOrTagOrHash",
    description: "A block by height, name or hash (EIP-1898)",
  });

/** Left out means latest, as everywhere in Ethereum's interface. */
export const optionalBlockReference = blockReference.optional().transform((value): BlockReference => value ?? "latest");

/** Schemas of answers: plain text with a pattern, not parsed further. */
export const answerHex = z
  .string()
  .regex(/^0x[0-9a-f]*$/)
  .register(schemaRegistry, { id: "HexAnswer", description: "Bytes in lower-case hex" });
export const answerQuantity = z
  .string()
  .regex(/^0x(0|[1-9a-f][0-9a-f]*)$/)
  .register(schemaRegistry, { id: "QuantityAnswer", description: "An unsigned integer in lower-case hex" });
export const answerAddress = z
  .string()
  .regex(/^0x[0-9a-f]{40}$/)
  .register(schemaRegistry, { id: "AddressAnswer", description: "20 bytes in lower-case hex" });
export const answerHash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .register(schemaRegistry, { id: "Hash32Answer", description: "32 bytes in lower-case hex" });
export const answerBloom = z
  .string()
  .regex(/^0x[0-9a-f]{512}$/)
  .register(schemaRegistry, { id: "BloomAnswer", description: "256 bytes in lower-case hex" });
