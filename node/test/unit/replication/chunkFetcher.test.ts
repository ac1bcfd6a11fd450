import assert from "node:assert/strict";
import type { Clock } from "@lucid/consensus/base";
import { P2pError, type PeerId } from "@lucid/p2p";
import { ChunkFetcher, type ChunkFetcherModules } from "../../../src/replication/chunkFetcher.js";
import { PeerRest } from "../../../src/replication/peerRest.js";

const root = new Uint8Array(32).fill(7);
const sessionId = new Uint8Array(32).fill(9);

/** Peers whose streams all break; who is asked is written down. */
function fetcherWith(connected: readonly PeerId[], announced: readonly PeerId[]) {
  const asked: PeerId[] = [];
  const modules = {
    network: {
      peers: () => connected.map((id) => ({ id })),
      openStream(peer: PeerId) {
        asked.push(peer);
        return Promise.reject(new P2pError({ code: "P2P_PEER_GONE", message: "the line broke" }));
      },
    },
    placement: { ranking: () => [] },
    rest: new PeerRest({ now: () => 0 } as Clock),
    providers: { find: async () => announced },
  } as unknown as ChunkFetcherModules;
  return { asked, fetcher: new ChunkFetcher({ nodeId: undefined }, modules) };
}

describe("fetching a chunk", () => {
  it("leaves a peer alone that failed a moment ago", async () => {
    const { asked, fetcher } = fetcherWith(["a"], ["b"]);
    for (let i = 0; i < 3; i++) await assert.rejects(fetcher.fetch(root, { sessionId }), { code: "LOCAL_NOT_FOUND" });
    assert.deepEqual(asked, ["a", "b"]);
  });

  it("asks it nevertheless, once and after all others, when somebody waits: it may have the only copy", async () => {
    const { asked, fetcher } = fetcherWith(["a"], ["b"]);
    await assert.rejects(fetcher.fetch(root), { code: "LOCAL_NOT_FOUND" });
    const waits = { sessionId, insist: true };
    for (let i = 0; i < 2; i++) await assert.rejects(fetcher.fetch(root, waits), { code: "LOCAL_NOT_FOUND" });
    assert.deepEqual(asked, ["a", "b", "a", "a", "b"]);
  });
});
