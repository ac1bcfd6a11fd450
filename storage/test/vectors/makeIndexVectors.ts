import { fileURLToPath } from "node:url";
import { compareBytes, concatBytes, sha256, toHex, u32be } from "@lucid/consensus/base";
import {
  accountFromPrivateKey,
  accountIndexSigner,
  answerSync,
  clockOf,
  EntrySet,
  encodeDetails,
  encodeIndexEntry,
  formatSessionId,
  indexDigest,
  indexDomainSeparator,
  indexItem,
  type SessionDetails,
  SyncInitiator,
  sealDeletion,
  sealDetails,
  signIndexEntry,
  type UnsignedIndexEntry,
  unsignedFloor,
} from "../../src/index.js";

/** docs/index-format.md describes it. Write it anew only when the format changes on purpose. */
export const indexVectorsPath = fileURLToPath(new URL("../../../test/vectors/indexFormat.json", import.meta.url));

const privateKey = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
const indexKey = Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i);
const chainId = 7_761;
const genesisRoot = sha256(u32be(1));
const { address: owner } = accountFromPrivateKey(privateKey);
const separator = indexDomainSeparator(chainId, genesisRoot);
const sessionId = new Uint8Array(32);
sessionId.set(Buffer.from("3f2504e04f8941d39a0c0305e82c3301", "hex"));
const TIME = 1_767_225_600_000;

async function entryVector(name: string, unsigned: UnsignedIndexEntry, extra: object) {
  const signed = await signIndexEntry(unsigned, separator, accountIndexSigner(privateKey));
  const { encoded, id } = indexItem(encodeIndexEntry(signed));
  return {
    name,
    ...extra,
    key: toHex(unsigned.key),
    clock: unsigned.clock.toString(),
    value: toHex(unsigned.value),
    valueHash: toHex(sha256(unsigned.value)),
    digest: toHex(indexDigest(separator, unsigned)),
    encoded: toHex(encoded),
    id: toHex(id),
  };
}

/** Record i of the sets: its sort key and id are hashes, so that a second implementation can make them too. */
function record(i: number, version: number) {
  const sortKey = concatBytes(sha256(u32be(i % 3)).slice(0, 20), sha256(u32be(i)));
  return { sortKey, id: sha256(u32be(i), u32be(version)).slice(0, 16), clock: 1n, size: 200 };
}

function setOf(records: readonly ReturnType<typeof record>[]): EntrySet {
  return EntrySet.fromSorted([...records].sort((a, b) => compareBytes(a.sortKey, b.sortKey)));
}

/** 600 records, of which the asking side lacks 17 and 503, the answering side 42, and which have 300 in two versions. */
function dialogue() {
  const numbers = Array.from({ length: 600 }, (_, i) => i);
  const asking = setOf(numbers.filter((i) => i !== 17 && i !== 503).map((i) => record(i, 0)));
  const answering = setOf(numbers.filter((i) => i !== 42).map((i) => record(i, i === 300 ? 1 : 0)));
  const initiator = new SyncInitiator(asking);
  const frames: { readonly question: string; readonly answer: string }[] = [];
  for (let frame = initiator.next(); frame !== undefined; frame = initiator.next()) {
    const answer = answerSync(answering, frame);
    frames.push({ question: toHex(frame), answer: toHex(answer) });
    initiator.receive(answer);
  }
  const names = (ids: readonly Uint8Array[]) => ids.map(toHex);
  return {
    fingerprints: {
      asking: toHex(asking.fingerprint(0, asking.size)),
      answering: toHex(answering.fingerprint(0, answering.size)),
      empty: toHex(new EntrySet().fingerprint(0, 0)),
    },
    frames,
    need: names(initiator.need),
    have: names(initiator.have),
  };
}

export async function makeIndexVectors(): Promise<object> {
  const details: SessionDetails = {
    sessionId,
    title: "Quarterly review – Zürich",
    tags: ["finance", "review"],
    folder: "work/2026",
    shares: ["auditor"],
    received: { owner: Uint8Array.from({ length: 20 }, (_, i) => 0xa0 + i), sessionKey: sha256(u32be(2)) },
  };
  const nonce = Uint8Array.from({ length: 24 }, (_, i) => 0x40 + i);
  const clock = clockOf(TIME, 3);
  const plain = encodeDetails(details);
  const json = new TextDecoder().decode(plain.subarray(4, 4 + (plain[2] ?? 0) * 256 + (plain[3] ?? 0)));
  return {
    owner: { privateKey: toHex(privateKey), address: toHex(owner), indexKey: toHex(indexKey) },
    domain: { chainId, genesisRoot: toHex(genesisRoot), separator: toHex(separator) },
    session: { uuid: formatSessionId(sessionId), sessionId: toHex(sessionId) },
    entries: [
      await entryVector("details", sealDetails(indexKey, details, { owner, clock, nonce }), {
        json,
        plaintext: toHex(plain),
        nonce: toHex(nonce),
      }),
      await entryVector("deletion", sealDeletion(indexKey, sessionId, { owner, clock: clockOf(TIME + 1) }), {}),
      await entryVector("floor", unsignedFloor(owner, clockOf(TIME + 2)), {}),
    ],
    reconciliation: dialogue(),
  };
}
