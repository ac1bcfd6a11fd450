import assert from "node:assert/strict";
import { multiaddr } from "@multiformats/multiaddr";
import { addressGroup } from "../../../src/libp2p/addresses.js";

describe("what counts as one address", () => {
  const groupOf = (address: string) => addressGroup(multiaddr(address));

  it("is an address of IPv4, however it is written, and the network of 64 bits of a public one of IPv6", () => {
    assert.equal(groupOf("/ip4/192.0.2.1/tcp/1"), "192.0.2.1");
    assert.equal(groupOf("/ip6/::ffff:192.0.2.1/tcp/1"), "192.0.2.1");
    assert.equal(groupOf("/ip6/2001:db8:1:2:3::4/tcp/1"), groupOf("/ip6/2001:db8:1:2:ffff:0:0:9/tcp/77"));
    assert.notEqual(groupOf("/ip6/2001:db8:1:2:3::4/tcp/1"), groupOf("/ip6/2001:db8:1:3:3::4/tcp/1"));
    // Of the connection of a peer: as it was read from a socket, and as it came over the wire.
    assert.equal(
      addressGroup(multiaddr(multiaddr("/ip6/2001:db8:1:2::1/tcp/1").bytes)),
      groupOf("/ip6/2001:db8:1:2::2/tcp/1"),
    );
  });

  it("is each address of a network of one's own, and each onion service", () => {
    assert.notEqual(groupOf("/ip6/fd00::1/tcp/1"), groupOf("/ip6/fd00::2/tcp/1"));
    assert.notEqual(groupOf("/ip6zone/eth0/ip6/fe80::1/tcp/1"), groupOf("/ip6zone/eth0/ip6/fe80::2/tcp/1"));
    const onion = (letter: string) => groupOf(`/onion3/${letter.repeat(56)}:1`);
    assert.notEqual(onion("a"), onion("b"));
  });

  it("is nothing on loopback", () => {
    for (const host of ["ip4/127.0.0.1", "ip4/127.9.9.9", "ip6/::1", "ip6/::ffff:127.0.0.1"]) {
      assert.equal(groupOf(`/${host}/tcp/1`), undefined, host);
    }
  });
});
