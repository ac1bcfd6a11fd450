import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { concatBytes, equalBytes, u32be } from "@lucid/consensus/base";
import { type ByteChannel, Libp2pNetwork, type P2pError } from "@lucid/p2p";
import { encodeConsent, UPLOAD_SECONDS, type UploadConsent } from "../../../src/replication/uploadConsent.js";
import {
  chunkGet,
  chunkPut,
  RECEIPT_BYTES,
  ROOTS_PER_PART,
  replicationProtocols,
} from "../../../src/replication/wire.js";
import { ReplicaNetwork, type ReplicaNode, sealedChunk, type TestChunk, until } from "../../support/replicaNetwork.js";

const SIZE = 20_000;

describe("a hostile peer of replication", function () {
  this.timeout(60_000);
  let net: ReplicaNetwork;
  let victim: ReplicaNode;
  let sessionId: Uint8Array;
  const strangers: Libp2pNetwork[] = [];

  beforeEach(async () => {
    // Six operators at most are in reach of a chunk, so that the victim takes any.
    net = await ReplicaNetwork.make(4);
    victim = await net.start(0, { quotaBytes: 1 << 20 });
    sessionId = new Uint8Array(randomBytes(32));
  });

  afterEach(async () => {
    await Promise.all(strangers.splice(0).map((each) => each.stop()));
    await net.stop();
  });

  async function stranger(): Promise<Libp2pNetwork> {
    const network = new Libp2pNetwork(
      {
        genesisRoot: net.base.config.genesisRoot,
        forkVersion: 1,
        slotDuration: 2_000,
        peerKey: new Uint8Array(randomBytes(32)),
        listen: [],
        peers: [victim.network.address() ?? ""],
        topics: [],
      },
      { clock: net.view.clock },
    );
    strangers.push(network);
    await network.start();
    await until(() => network.peers().length === 1);
    return network;
  }

  async function put(
    from: Libp2pNetwork,
    consent: UploadConsent,
    { root, blob }: TestChunk,
    length = blob.length,
  ): Promise<ByteChannel> {
    const channel = await from.openStream(victim.network.peerId ?? "", chunkPut);
    await channel.write(concatBytes(encodeConsent(consent), root, u32be(length)));
    return channel;
  }

  /** Offers a chunk and sends it as an honest node does; resolves to the receipt. */
  async function honest(from: Libp2pNetwork, consent: UploadConsent, chunk: TestChunk): Promise<Uint8Array> {
    const channel = await put(from, consent, chunk);
    await channel.accepted();
    const known = new Uint8Array(1);
    await channel.read(known);
    if (known[0] === 0) {
      await channel.write(chunk.blob);
      await channel.accepted();
    }
    const receipt = new Uint8Array(RECEIPT_BYTES);
    await channel.read(receipt);
    await channel.finish();
    return receipt;
  }

  const refusedWith = (code: string) => (error: P2pError) => {
    assert.equal(error.meta?.["remote"], code, error.message);
    return true;
  };

  it("without the owner's consent nothing is taken", async () => {
    const from = await stranger();
    const chunk = await sealedChunk(sessionId, 0, SIZE);
    const good = await net.consent(sessionId);
    const now = BigInt(Math.floor(Date.now() / 1000));
    const forged: readonly UploadConsent[] = [
      { ...good, account: new Uint8Array(20).fill(1) },
      { ...good, maxBytes: good.maxBytes + 1n },
      { ...good, sessionId: new Uint8Array(32) },
      { ...good, signature: new Uint8Array(65) },
      { ...good, signature: new Uint8Array(65).fill(0xff) },
      await net.consent(sessionId, {}, 1),
      await net.consent(sessionId, { expiry: now - 10n }),
      await net.consent(sessionId, { expiry: now + BigInt(2 * UPLOAD_SECONDS) }),
    ];
    for (const consent of forged) {
      const channel = await put(from, consent, chunk);
      await assert.rejects(channel.accepted(), refusedWith("UPLOAD_REFUSED"));
    }
    const other = await sealedChunk(new Uint8Array(32).fill(3), 0, SIZE);
    await assert.rejects(honest(from, good, other), refusedWith("UPLOAD_REFUSED"), "a chunk of another session");
    assert.equal(victim.chunks.stats().chunks, 0);
    assert.equal(victim.replication.status().unanchoredBytes, 0);
    assert.equal((await honest(from, good, chunk)).length, RECEIPT_BYTES);
  });

  it("wrong bytes are not stored, and their sender is banned", async () => {
    const from = await stranger();
    const chunk = await sealedChunk(sessionId, 0, SIZE);
    const wrong = { root: chunk.root, blob: chunk.blob.map((byte, i) => (i === 5_000 ? byte ^ 1 : byte)) };
    await assert.rejects(honest(from, await net.consent(sessionId), wrong));
    await until(() => from.peers().length === 0);
    assert.equal(victim.network.report().banned, 1);
    assert.equal(victim.chunks.stats().chunks, 0);
    assert.equal(victim.replication.status().unanchoredBytes, 0);
  });

  it("a length that no chunk has is refused before a byte of it is taken", async () => {
    const from = await stranger();
    const consent = await net.consent(sessionId);
    const chunk = await sealedChunk(sessionId, 0, SIZE);
    for (const length of [0, 10, (16 << 20) + 1_000, 0xffffffff]) {
      const channel = await put(from, consent, chunk, length);
      await assert.rejects(channel.accepted(), refusedWith("LOCAL_TOO_LARGE"));
    }
  });

  it("one account, all accounts and a consent have a limit, and a chunk that is there costs nothing", async () => {
    const from = await stranger();
    const consent = await net.consent(sessionId, { maxBytes: 50_000n });
    const [first, second, third] = await Promise.all([0, 1, 2].map((index) => sealedChunk(sessionId, index, SIZE)));
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const receipt = await honest(from, consent, first);
    assert.ok(equalBytes(receipt, await honest(from, consent, first)), "the same receipt once more");
    await honest(from, consent, second);
    await assert.rejects(honest(from, consent, third), refusedWith("UPLOAD_LIMIT"), "50,000 bytes of consent");
    // An eighth of the quota of 1 MiB is the account's, in as many sessions as it likes.
    let taken = victim.replication.status().unanchoredBytes;
    for (let i = 0; i < 20 && taken + SIZE < 131_072; i++) {
      const other = new Uint8Array(randomBytes(32));
      await honest(from, await net.consent(other), await sealedChunk(other, 0, SIZE));
      taken = victim.replication.status().unanchoredBytes;
    }
    const more = new Uint8Array(randomBytes(32));
    await assert.rejects(
      honest(from, await net.consent(more), await sealedChunk(more, 0, SIZE)),
      refusedWith("UPLOAD_LIMIT"),
    );
    assert.ok(victim.replication.status().unanchoredBytes <= 131_072);
  });

  it("a store at nine tenths of its quota refuses uploads by code and goes on serving", async () => {
    const from = await stranger();
    const own = await sealedChunk(new Uint8Array(32).fill(7), 0, 960_000);
    await victim.chunks.put(own.root, own.blob, { verified: true, purpose: "duty" });
    const chunk = await sealedChunk(sessionId, 0, SIZE);
    await assert.rejects(honest(from, await net.consent(sessionId), chunk), refusedWith("STORE_FULL"));
    const channel = await from.openStream(victim.network.peerId ?? "", chunkGet);
    await channel.write(concatBytes(own.root, u32be(0), u32be(0)));
    await channel.accepted();
    const bytes = new Uint8Array(8 + own.blob.length);
    await channel.read(bytes);
    await channel.finish();
    assert.equal(Buffer.compare(bytes.subarray(8), own.blob), 0);
  });

  it("who sends nothing, a little, or too much holds its own streams and nobody else's", async () => {
    await victim.stop();
    victim = await net.start(0, { quotaBytes: 4 << 20 });
    const consent = await net.consent(sessionId);
    const from = await stranger();
    const hung: ByteChannel[] = [];
    for (let i = 0; i < chunkPut.streamsPerPeer; i++) {
      const channel = await put(from, consent, await sealedChunk(sessionId, i, SIZE));
      await channel.accepted();
      hung.push(channel);
    }
    const one = await put(from, consent, await sealedChunk(sessionId, 9, SIZE)).catch((error: P2pError) => error);
    if ("accepted" in one) await assert.rejects(one.accepted());
    const reserved = victim.replication.status().unanchoredBytes;
    assert.ok(reserved >= chunkPut.streamsPerPeer * SIZE, "what is on its way is set aside");
    const friend = await stranger();
    assert.equal((await honest(friend, consent, await sealedChunk(sessionId, 10, SIZE))).length, RECEIPT_BYTES);
    // Bytes beyond the announced length are never read.
    const endless = await put(friend, consent, await sealedChunk(sessionId, 11, SIZE), SIZE);
    await endless.accepted();
    await assert.rejects(async () => {
      for (;;) await endless.write(new Uint8Array(100_000));
    });
    for (const channel of hung) channel.abort();
    await until(() => victim.replication.status().unanchoredBytes < reserved);
    assert.equal(victim.chunks.stats().chunks, 1);
  });

  it("a request for what is not there or outside of a chunk is refused by code", async () => {
    const from = await stranger();
    const chunk = await sealedChunk(sessionId, 0, SIZE);
    await victim.chunks.put(chunk.root, chunk.blob, { verified: true });
    const ask = async (root: Uint8Array, start: number, length: number): Promise<void> => {
      const channel = await from.openStream(victim.network.peerId ?? "", chunkGet);
      await channel.write(concatBytes(root, u32be(start), u32be(length)));
      await channel.accepted();
      await channel.finish();
    };
    await assert.rejects(ask(new Uint8Array(32), 0, 0), refusedWith("LOCAL_NOT_FOUND"));
    await assert.rejects(ask(chunk.root, 0, chunk.blob.length + 1), refusedWith("CHUNK_RANGE"));
    await assert.rejects(ask(chunk.root, 0xffffffff, 0), refusedWith("CHUNK_RANGE"));
    await ask(chunk.root, 10, 20);
  });

  it("roots are taken from who has chunks here, in parts of the right size, and lists are bounded", async () => {
    const from = await stranger();
    const consent = await net.consent(sessionId);
    const chunk = await sealedChunk(sessionId, 0, SIZE);
    const id = victim.network.peerId ?? "";
    const offer = (part: number, total: number, count: number): Promise<undefined> =>
      from.request(id, replicationProtocols.offerRoots, {
        consent,
        part,
        total,
        roots: Array.from({ length: count }, () => chunk.root),
      });
    await assert.rejects(offer(0, 1, 1), refusedWith("UPLOAD_REFUSED"), "before the first chunk");
    await honest(from, consent, chunk);
    await offer(0, 1, 1);
    for (const [part, total, count] of [
      [0, 2, 1],
      [1, 1, 1],
      [0, 0, 0],
      [4_000_000, 0xffffffff, ROOTS_PER_PART],
    ] as const) {
      await assert.rejects(offer(part, total, count), refusedWith("LOCAL_BAD_REQUEST"));
    }
    const told = await from.request(id, replicationProtocols.sessionRoots, {
      owner: net.ownerBytes,
      sessionId,
      part: 0,
    });
    assert.deepEqual([told.total, told.roots.length], [1, 1]);
    const none = await from.request(id, replicationProtocols.sessionRoots, {
      owner: new Uint8Array(20),
      sessionId,
      part: 0xffffffff,
    });
    assert.equal(none.total, 0);
    const listed = await from.request(id, replicationProtocols.sessionChunks, { sessionId, from: 0 });
    assert.deepEqual(
      listed.map(({ index, size }) => [index, size]),
      [[0, chunk.blob.length]],
    );
  });
});
