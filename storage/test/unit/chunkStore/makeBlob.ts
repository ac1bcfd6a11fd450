import { chunkRoot } from "@lucid/consensus/proofs";
import { CHUNK_HEADER_LENGTH, CHUNK_OVERHEAD, encodeChunkHeader } from "../../../src/index.js";

export interface MadeBlob {
  readonly root: Uint8Array;
  readonly blob: Uint8Array;
}

export const sessionA = new Uint8Array(32).fill(0xaa);
export const sessionB = new Uint8Array(32).fill(0xbb);

/** A well-formed blob whose payload is no real ciphertext: the store never looks at that. */
export function makeBlob(
  index: number,
  payload = 100,
  options: { session?: Uint8Array; manifest?: boolean; salt?: number } = {},
): MadeBlob {
  const blob = new Uint8Array(payload + CHUNK_OVERHEAD);
  blob.set(
    encodeChunkHeader({
      codec: "raw",
      last: false,
      manifest: options.manifest ?? false,
      sessionId: options.session ?? sessionA,
      index,
      plainLength: payload,
      nonce: new Uint8Array(24).fill(options.salt ?? 0),
    }),
  );
  for (let i = CHUNK_HEADER_LENGTH; i < blob.length; i++) blob[i] = (i * 31 + index * 7) & 0xff;
  return { root: chunkRoot(blob), blob };
}
