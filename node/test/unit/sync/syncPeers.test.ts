import assert from "node:assert/strict";
import { SyncPeers } from "../../../src/sync/syncPeers.js";

describe("peers to sync from", () => {
  const pickAll = (peers: SyncPeers, height: number, now = 0): string[] => {
    const picked: string[] = [];
    for (let peer = peers.pick(height, now); peer !== undefined; peer = peers.pick(height, now)) {
      peer.asking++;
      picked.push(peer.id);
    }
    return picked;
  };

  it("are asked in turn, two requests each, and only for what they have", () => {
    const peers = new SyncPeers();
    peers.learn("a", 100, { earliest: 1 });
    peers.learn("b", 100, { earliest: 1 });
    peers.learn("low", 50, { earliest: 1 });
    peers.learn("pruned", 100, { earliest: 90 });
    assert.deepEqual(pickAll(peers, 80).sort(), ["a", "a", "b", "b"]);
    assert.equal(peers.target(0), 100);
  });

  it("that fail are put aside at the third time, for twice as long each time, and are remembered when they leave", () => {
    const peers = new SyncPeers();
    peers.learn("bad", 100, { earliest: 1 });
    let now = 0;
    const waits: number[] = [];
    for (let round = 0; round < 8; round++) {
      const peer = peers.pick(1, now) ?? assert.fail("nobody to ask");
      assert.equal(peers.strike(peer, now), false);
      assert.equal(peers.strike(peer, now), false);
      assert.equal(peers.strike(peer, now), true);
      peers.leave("bad");
      peers.learn("bad", 100, { earliest: 1 });
      assert.equal(peers.pick(1, now), undefined);
      assert.equal(peers.target(now), 0);
      const at = peers.nextReturn(1, now) ?? assert.fail("it never comes back");
      waits.push((at - now) / 1000);
      now = at;
    }
    assert.deepEqual(waits, [30, 60, 120, 240, 480, 900, 900, 900]);
  });

  it("are asked again soon when nobody else has the block and they only did not answer: it may be the own line", () => {
    const peers = new SyncPeers();
    const fail = (id: string, silent: boolean): void => {
      peers.learn(id, 100, { earliest: 1 });
      const peer = peers.pick(1, 0) ?? assert.fail("nobody to ask");
      for (let strike = 0; strike < 3; strike++) peers.strike(peer, 0, silent);
    };
    fail("silent", true);
    assert.equal(peers.nextReturn(1, 1_000, 0), 5_000);
    // Asking about it again and again does not put it off, nor is it ever in the past.
    assert.equal(peers.nextReturn(1, 4_000, 0), 5_000);
    assert.equal(peers.nextReturn(1, 6_000, 0), 6_000);
    fail("empty", false);
    peers.recall(1, 6_000);
    assert.deepEqual(pickAll(peers, 1, 6_000), ["silent", "silent"]);
    peers.learn("good", 100, { earliest: 1 });
    assert.equal(peers.nextReturn(1, 6_000, 0), undefined);
  });

  it("are not blamed for what they never claimed", () => {
    const peers = new SyncPeers();
    peers.learn("a", 10, { earliest: 5 });
    peers.learn("a", 20);
    const peer = peers.pick(15, 0) ?? assert.fail("nobody to ask");
    assert.equal(peers.lacks(peer, 15), false);
    assert.equal(peers.pick(15, 0), undefined);
    assert.equal(peers.lacks(peer, 7), true);
  });

  it("that answer fast come first among equals", () => {
    const peers = new SyncPeers();
    peers.learn("slow", 100, { earliest: 1 });
    peers.learn("fast", 100, { earliest: 1 });
    const slow = peers.pick(1, 0) ?? assert.fail("nobody to ask");
    peers.answered(slow, 64, 10_000);
    slow.asking++;
    const fast = peers.pick(1, 0) ?? assert.fail("nobody to ask");
    peers.answered(fast, 64, 100);
    slow.asking--;
    assert.equal(peers.pick(1, 0)?.id, "fast");
  });

  it("that are gone are remembered up to a bound", () => {
    const peers = new SyncPeers();
    for (let index = 0; index < 1_000; index++) {
      peers.learn(`peer ${index}`, 1, { earliest: 1 });
      peers.strike(peers.pick(1, 0) ?? assert.fail("nobody"), 0);
      peers.leave(`peer ${index}`);
    }
    assert.ok(peers.remembered <= 256);
  });
});
