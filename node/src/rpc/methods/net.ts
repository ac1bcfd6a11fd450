import { z } from "zod";
import { keccak256 } from "../../state/keccak.js";
import type { RpcBackend } from "../backend.js";
import { quantityHex, toHex } from "../format/hex.js";
import { defineMethod, type RpcMethod } from "../method.js";
import { answerHash, answerQuantity, data } from "../schema/primitives.js";

export function netMethods({ chain, node }: RpcBackend): readonly RpcMethod[] {
  return [
    defineMethod({
      name: "net_version",
      summary: "The chain id in decimal.",
      params: [],
      result: z.string(),
      handler: () => String(chain.chainId),
    }),
    defineMethod({
      name: "net_listening",
      summary: "Whether the node accepts connections from peers.",
      params: [],
      result: z.boolean(),
      handler: () => node.isListening(),
    }),
    defineMethod({
      name: "net_peerCount",
      summary: "Number of connected peers.",
      params: [],
      result: answerQuantity,
      handler: () => quantityHex(node.peerCount()),
    }),
  ];
}

export function web3Methods({ node }: RpcBackend): readonly RpcMethod[] {
  return [
    defineMethod({
      name: "web3_clientVersion",
      summary: "Name, version and platform of the node.",
      params: [],
      result: z.string(),
      handler: () => node.clientVersion,
    }),
    defineMethod({
      name: "web3_sha3",
      summary: "Keccak-256 (not SHA3-256) of the given bytes.",
      params: [{ name: "data", schema: data }],
      result: answerHash,
      handler: ([bytes]) => toHex(keccak256(bytes)),
    }),
  ];
}
