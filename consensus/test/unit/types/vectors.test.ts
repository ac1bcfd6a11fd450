import assert from "node:assert/strict";
import type { CompositeType } from "@chainsafe/ssz";
import { fromHex, toHex } from "../../../src/base/bytes.js";
import { BlsSigner, BlsVerifier } from "../../../src/crypto/blst.js";
import {
  beaconSigningRoot,
  nextMix,
  possessionMessage,
  proposalSigningRoot,
  relaySigningRoot,
  signingDomain,
  storageSigningRoot,
  summarySigningRoot,
  voteSigningRoot,
  vrfMessage,
} from "../../../src/crypto/signing.js";
import { Random } from "../../../src/sim/random.js";
import {
  Beacon,
  Proposal,
  ProposalSummary,
  RelayReceipt,
  StorageAnswer,
  summarise,
  Vote,
} from "../../../src/types/index.js";
import { golden } from "../../support/golden.js";
import { allTypes, sampleOf } from "../../support/samples.js";

type AnyComposite = CompositeType<unknown, unknown, unknown>;

interface TypeVector {
  readonly type: string;
  readonly ssz: string;
  readonly root: string;
}

interface SigningVectors {
  readonly secretKey: string;
  readonly publicKey: string;
  readonly genesisRoot: string;
  readonly forkVersion: number;
  readonly domains: Readonly<Record<string, string>>;
  readonly vote: { readonly ssz: string; readonly signingRoot: string; readonly signature: string };
  readonly proposal: { readonly ssz: string; readonly signingRoot: string; readonly signature: string };
  readonly beacon: { readonly ssz: string; readonly signingRoot: string; readonly signature: string };
  readonly storage: { readonly ssz: string; readonly signingRoot: string; readonly signature: string };
  readonly relay: { readonly ssz: string; readonly signingRoot: string; readonly signature: string };
  readonly vrf: { readonly mix: string; readonly slot: number; readonly proof: string; readonly nextMix: string };
  readonly possession: { readonly chainId: number; readonly operator: string; readonly signature: string };
}

/** Never sent and rebuilt from blocks: their format may change. */
const DERIVED = new Set(["LeaderRecord", "TaskRecord", "TallyRecord"]);

/** Three values a type: nothing in the lists, a little, more. */
function makeTypes(): TypeVector[] {
  return Object.entries(allTypes)
    .filter(([name]) => !DERIVED.has(name))
    .flatMap(([name, type]) =>
      [0, 1, 3].map((longest) => {
        // By name: a new type leaves the values of the others alone.
        const random = new Random(
          [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), longest),
        );
        const value = sampleOf(type, random, longest);
        const composite = type as AnyComposite;
        return { type: name, ssz: toHex(composite.serialize(value)), root: toHex(composite.hashTreeRoot(value)) };
      }),
    );
}

const SECRET = `0x${"2a".repeat(32)}`;

function makeSigning(): SigningVectors {
  const random = new Random(7);
  const signer = new BlsSigner(fromHex(SECRET));
  const genesisRoot = Uint8Array.from({ length: 32 }, (_, i) => i);
  const context = { genesisRoot, forkVersion: 1 };
  const vote = sampleOf(Vote, random, 1) as Vote;
  const proposal = sampleOf(Proposal, random, 1) as Proposal;
  const beacon = sampleOf(Beacon, random, 1) as Beacon;
  const answer = sampleOf(StorageAnswer, random, 1) as StorageAnswer;
  const receipt = sampleOf(RelayReceipt, random, 1) as RelayReceipt;
  const signed = (ssz: Uint8Array, signingRoot: Uint8Array) => ({
    ssz: toHex(ssz),
    signingRoot: toHex(signingRoot),
    signature: toHex(signer.sign(signingRoot)),
  });
  const mix = Uint8Array.from({ length: 32 }, (_, i) => 255 - i);
  const proof = signer.sign(vrfMessage(context, mix, 77));
  const operator = new Uint8Array(20).fill(0x11);
  return {
    secretKey: SECRET,
    publicKey: toHex(signer.publicKey),
    genesisRoot: toHex(genesisRoot),
    forkVersion: 1,
    domains: Object.fromEntries(
      (["proposal", "vote", "beacon", "storage", "relay"] as const).map((type) => [
        type,
        toHex(signingDomain(type, context)),
      ]),
    ),
    vote: signed(Vote.serialize(vote), voteSigningRoot(vote, context)),
    proposal: signed(Proposal.serialize(proposal), proposalSigningRoot(proposal, context)),
    beacon: signed(Beacon.serialize(beacon), beaconSigningRoot(beacon, context)),
    storage: signed(StorageAnswer.serialize(answer), storageSigningRoot(answer, context)),
    relay: signed(RelayReceipt.serialize(receipt), relaySigningRoot(receipt, context)),
    vrf: { mix: toHex(mix), slot: 77, proof: toHex(proof), nextMix: toHex(nextMix(mix, proof)) },
    possession: {
      chainId: 120122,
      operator: toHex(operator),
      signature: toHex(signer.sign(possessionMessage(120122n, signer.publicKey, operator))),
    },
  };
}

describe("golden vectors", () => {
  it("every type keeps its bytes and roots", () => {
    const vectors = golden("types.json", makeTypes);
    assert.deepEqual(
      new Set(vectors.map(({ type }) => type)),
      new Set(Object.keys(allTypes).filter((name) => !DERIVED.has(name))),
    );
    for (const { type: name, ssz, root } of vectors) {
      const type = allTypes[name] as AnyComposite;
      const value = type.deserialize(fromHex(ssz));
      assert.equal(toHex(type.hashTreeRoot(value)), root, name);
      assert.equal(toHex(type.serialize(value)), ssz, name);
    }
  });

  it("what is signed, and the signatures, do not change", () => {
    assert.deepEqual(golden("signing.json", makeSigning), makeSigning());
  });

  it("signatures of the vectors verify", () => {
    const { publicKey, vote, proposal, beacon, storage, relay } = golden("signing.json", makeSigning);
    const verifier = new BlsVerifier();
    for (const { signingRoot, signature } of [vote, proposal, beacon, storage, relay]) {
      assert.ok(verifier.verify(fromHex(publicKey), fromHex(signingRoot), fromHex(signature)));
    }
  });

  it("a proposal and its summary have one root, so evidence need not carry headers", () => {
    const random = new Random(3);
    const context = { genesisRoot: new Uint8Array(32), forkVersion: 1 };
    for (let i = 0; i < 20; i++) {
      const proposal = sampleOf(Proposal, random, 1) as Proposal;
      const summary = summarise(proposal);
      assert.deepEqual(Proposal.hashTreeRoot(proposal), ProposalSummary.hashTreeRoot(summary));
      assert.deepEqual(proposalSigningRoot(proposal, context), summarySigningRoot(summary, context));
    }
  });
});
