import { readFile } from "node:fs/promises";
import { contractAddresses } from "@lucid/contracts";
import type { Hex, PrivateKeyAccount } from "viem";
import { z } from "zod";
import { NodeError } from "../../errors.js";

const domainOf = (chainId: number) => ({
  name: "NodeRegistry",
  version: "1",
  chainId,
  verifyingContract: contractAddresses.NodeRegistry,
});

const hex = (bytes: number) =>
  z.custom<Hex>((value) => typeof value === "string" && new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`).test(value));

/** What a node's owner signs so that somebody else can pay for the registration. */
const consentSchema = z.strictObject({
  format: z.literal(1),
  chainId: z.number().int().min(1),
  operator: hex(20),
  blsKey: hex(48),
  proofOfPossession: hex(96),
  peerId: hex(32),
  poolId: hex(32),
  poolSignature: z.custom<Hex>((value) => typeof value === "string" && /^0x([0-9a-fA-F]{130})?$/.test(value)),
  capacityMiB: z.number().int().min(0).max(0xffff_ffff),
  /** Unix seconds. */
  deadline: z.number().int().min(0),
  signature: hex(65),
});
export type Consent = z.infer<typeof consentSchema>;

/** Signs a registration for a sponsor. */
export async function signConsent(account: PrivateKeyAccount, terms: Omit<Consent, "signature">): Promise<Consent> {
  const signature = await account.signTypedData({
    domain: domainOf(terms.chainId),
    types: {
      RegisterNode: [
        { name: "blsKey", type: "bytes" },
        { name: "proofOfPossession", type: "bytes" },
        { name: "operator", type: "address" },
        { name: "peerId", type: "bytes32" },
        { name: "poolId", type: "bytes32" },
        { name: "capacityMiB", type: "uint32" },
        { name: "deadline", type: "uint64" },
      ],
    },
    primaryType: "RegisterNode",
    message: { ...terms, deadline: BigInt(terms.deadline) },
  });
  return { ...terms, signature };
}

/** Signs that a node may join the account's pool; `joins` is the number of pools that it has joined before. */
export function signJoin(
  account: PrivateKeyAccount,
  chainId: number,
  join: { readonly nodeId: Hex; readonly operator: Hex; readonly joins: number },
): Promise<Hex> {
  return account.signTypedData({
    domain: domainOf(chainId),
    types: {
      JoinPool: [
        { name: "nodeId", type: "bytes32" },
        { name: "operator", type: "address" },
        { name: "joins", type: "uint32" },
      ],
    },
    primaryType: "JoinPool",
    message: join,
  });
}

/** @throws NodeError CONSENT_FILE; the file system's error when it cannot be read */
export async function readConsent(path: string): Promise<Consent> {
  const text = await readFile(path, "utf8");
  try {
    return consentSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new NodeError({ code: "CONSENT_FILE", message: `${path} is not a consent to a registration`, cause });
  }
}
