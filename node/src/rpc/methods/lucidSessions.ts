import { fromHex } from "@lucid/consensus/base";
import { z } from "zod";
import {
  buildAnchorProof,
  findSession,
  onlySession,
  proofToFile,
  SetChanges,
  sessionCandidates,
  uuidOf,
  withChunk,
} from "../../proof/index.js";
import { proofFileSchema } from "../../proof/proofFile.js";
import { ANCHORS_ADDRESS } from "../../proof/sessionEvent.js";
import {
  decodeCount,
  decodeSession,
  decodeSessions,
  encodeSessionCall,
  encodeSessionCountCall,
  encodeSessionsCall,
  type SessionView,
} from "../anchorsAbi.js";
import type { RpcBackend } from "../backend.js";
import { quantityHex, toHex } from "../format/hex.js";
import { defineMethod, type Param, type RpcMethod } from "../method.js";
import { invalidParams, RpcError } from "../rpcError.js";
import {
  address,
  answerAddress,
  answerHash,
  answerQuantity,
  quantityOrNumber,
  schemaRegistry,
} from "../schema/primitives.js";
import { orderedChunkRoots } from "../sessionChunks.js";

const READ_COST = 50;
const PROOF_COST = 2_000;
/** The contract's MAX_PAGE. */
const MAX_PAGE = 100;
/** A UUID fills half of the id. */
const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

const sessionId = z
  .string()
  .refine((text) => UUID.test(text) || /^0x[0-9a-fA-F]{64}$/.test(text), "expected a UUID or 32 bytes in hex")
  .transform((text): Uint8Array => {
    if (text.startsWith("0x")) return fromHex(text, 32);
    return fromHex(text.replaceAll("-", "").padEnd(64, "0"), 32);
  })
  .register(schemaRegistry, { id: "SessionId", description: "A UUID, or 32 bytes in hex (the UUID, left-aligned)" });

const idParam = { name: "sessionId", schema: sessionId } satisfies Param;
const ownerParam = {
  name: "owner",
  summary: "Needed only where several accounts registered the same id",
  schema: address.optional(),
} satisfies Param;

const sessionAnswer = z
  .strictObject({
    number: answerQuantity,
    owner: answerAddress,
    sessionId: answerHash,
    uuid: z.string().nullable(),
    manifestHash: answerHash,
    merkleRoot: answerHash,
    chunkCount: answerQuantity,
    startedAt: answerQuantity,
    registeredAt: answerQuantity,
    paidUntil: answerQuantity,
    firstChunk: answerQuantity,
  })
  .register(schemaRegistry, {
    id: "Session",
    description: "A registered session as LucidAnchors holds it; times in Unix seconds",
  });

function formatSession(session: SessionView): z.output<typeof sessionAnswer> {
  return {
    number: quantityHex(session.number),
    owner: toHex(session.owner),
    sessionId: toHex(session.sessionId),
    uuid: uuidOf(session.sessionId) ?? null,
    manifestHash: toHex(session.manifestHash),
    merkleRoot: toHex(session.merkleRoot),
    chunkCount: quantityHex(session.chunkCount),
    startedAt: quantityHex(session.startedAt),
    registeredAt: quantityHex(session.registeredAt),
    paidUntil: quantityHex(session.paidUntil),
    firstChunk: quantityHex(session.firstChunk),
  };
}

export function lucidSessionMethods(backend: RpcBackend): readonly RpcMethod[] {
  const changes = new SetChanges({ chain: backend.chain });
  return [
    defineMethod({
      name: "lucid_getSession",
      summary: "A registered session; null when nobody registered the id.",
      params: [idParam, ownerParam],
      result: sessionAnswer.nullable(),
      cost: READ_COST,
      handler: async ([id, owner]) => {
        const found = await findOrNull(backend, id, owner);
        if (found === null) return null;
        const data = encodeSessionCall(found.session.owner, id);
        return formatSession(decodeSession(await readAnchors(backend, data)));
      },
    }),
    defineMethod({
      name: "lucid_getSessionsByOwner",
      summary: "Sessions of an account in the order of their registration, at most 100 at once.",
      params: [
        { name: "owner", schema: address },
        { name: "offset", schema: quantityOrNumber.optional() },
        { name: "limit", summary: `1 to ${MAX_PAGE}`, schema: quantityOrNumber.optional() },
      ],
      result: z.strictObject({ total: z.number(), sessions: z.array(sessionAnswer) }),
      cost: 2 * READ_COST,
      handler: async ([owner, offset, limit]) => {
        if (limit !== undefined && (limit < 1 || limit > MAX_PAGE)) {
          throw invalidParams(`invalid argument 2 (limit): expected 1 to ${MAX_PAGE}`);
        }
        const count = await readAnchors(backend, encodeSessionCountCall(owner));
        const page = await readAnchors(backend, encodeSessionsCall(owner, offset ?? 0, limit ?? MAX_PAGE));
        return { total: decodeCount(count), sessions: decodeSessions(page).map(formatSession) };
      },
    }),
    defineMethod({
      name: "lucid_getAnchorProof",
      summary:
        "The portable proof of a registration, or of one chunk of the session; `lucid verify` checks it offline.",
      params: [
        idParam,
        {
          name: "chunk",
          summary: "Number of the chunk that the proof is about",
          schema: quantityOrNumber.optional(),
        },
        ownerParam,
      ],
      result: proofFileSchema,
      cost: PROOF_COST,
      handler: async ([id, chunk, owner]) => {
        const { chain, genesis } = backend;
        const found = await findSession(chain, id, owner);
        const proof = await buildAnchorProof(found, { chain, genesis, changes });
        if (chunk === undefined) return proofToFile(proof);
        const roots = await orderedChunkRoots(backend.chunks, id, found.session.chunkCount);
        return proofToFile(withChunk(proof, roots, chunk));
      },
    }),
  ];
}

async function findOrNull(backend: RpcBackend, id: Uint8Array, owner: Uint8Array | undefined) {
  const found = await sessionCandidates(backend.chain, id, owner);
  return found.length === 0 ? null : onlySession(found, id);
}

async function readAnchors(backend: RpcBackend, data: Uint8Array): Promise<Uint8Array> {
  const { calls, limits, state, view } = backend;
  const request = { to: ANCHORS_ADDRESS, data, gas: limits.callGas };
  const caps = { gas: limits.callGas, milliseconds: limits.callMilliseconds };
  const result = await calls.run(() => state.call(request, view.headHeight(), caps));
  if (result.status !== "success") throw new RpcError("RPC_RESOURCE_NOT_FOUND", "LucidAnchors does not answer");
  return result.returnData;
}
