import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { presets } from "@lucid/consensus";
import { hasCode } from "@lucid/consensus/base";
import { type HostPort, hostList, places } from "../../../src/cli/testnet/hosts.js";
import { listenFor, operatorFileOf } from "../../../src/cli/testnet/operatorKeys.js";
import { isPrivateAddress } from "../../../src/cli/testnet/terms.js";
import { genesisTime } from "../../../src/cli/testnet/termValues.js";
import {
  builtInNetworks,
  deriveIdentity,
  type FoundedNetwork,
  findNetwork,
  formatNetworkFile,
  foundNetwork,
  networkFacts,
  type OperatorFile,
  parseOperatorFile,
} from "../../../src/networks/index.js";
import { JUNK_WORDS, temporaryFolder } from "../../e2e/cli/harness.js";

const CHAIN = presets.devnet.chainId;

describe("a network as a file", () => {
  const folder = temporaryFolder();
  const operators: OperatorFile[] = [];
  let network: FoundedNetwork;

  const found = (list: readonly OperatorFile[]): Promise<FoundedNetwork> =>
    foundNetwork({
      network: "ours",
      preset: "devnet",
      genesisTime: 1_800_000_000,
      slotDuration: 2,
      operators: list,
      operatorBalance: 1n,
      balances: [],
      bootnodes: [],
      privateAddresses: true,
    });

  before(async () => {
    for (const [index, name] of ["alice", "bob", "carol"].entries()) {
      const identity = await deriveIdentity(JUNK_WORDS, index);
      operators.push(operatorFileOf(identity, CHAIN, name, [`/ip4/10.0.0.${index}/tcp/30120`]));
    }
    network = await found(operators);
  });
  after(() => folder.remove());

  const written = (value: object): string => {
    const path = join(folder.path, "network.json");
    writeFileSync(path, JSON.stringify(value));
    return path;
  };

  it("is the same in whatever order its operators came", async () => {
    const other = await found([...operators].reverse());
    assert.equal(formatNetworkFile(other), formatNetworkFile(network));
    assert.equal(network.bootnodes.length, 3);
    assert.ok(network.bootnodes.every((address) => /^\/ip4\/10\.0\.0\.\d\/tcp\/30120\/p2p\/12D3KooW/.test(address)));
    const read = await findNetwork(written(network));
    assert.deepEqual(read, network);
  });

  it("is refused when anything in it was changed", async () => {
    const changes: readonly (readonly [object, RegExp])[] = [
      [{ genesisRoot: `0x${"1".repeat(64)}` }, /names the genesis root 0x1111/],
      [{ network: "theirs" }, /names theirs, its genesis ours/],
      [{ genesis: { ...network.genesis, genesisTime: 1_800_000_001 } }, /names the genesis root/],
      [{ genesis: undefined }, /holds no genesis/],
      [{ bootnodes: ["/ip4/192.0.2.1/tcp/30120"] }, /field bootnodes\.0 must be an address with a peer id/],
      [{ bootnodes: Array(65).fill(network.bootnodes[0]) }, /64 at most/],
      [{ forks: [{ version: 2, slot: 300 }] }, /changes its rules at slot 300/],
      [{ format: 2 }, /is of another format/],
      [{ extra: 1 }, /damaged/],
    ];
    for (const [change, says] of changes) {
      const path = written({ ...network, ...change });
      await assert.rejects(findNetwork(path), (error) => hasCode(error, "NETWORK_FILE") && says.test(String(error)));
    }
    writeFileSync(join(folder.path, "network.json"), "{");
    await assert.rejects(findNetwork(join(folder.path, "network.json")), /is not JSON/);
  });

  it("of a public name exists only when it was founded and has bootstrap nodes", async () => {
    for (const name of builtInNetworks) {
      await assert.rejects(findNetwork(name), (error) => hasCode(error, "NETWORK_UNKNOWN"));
    }
    await assert.rejects(findNetwork("mynet"), (error) => hasCode(error, "NETWORK_UNKNOWN"));
  });

  it("of another genesis beside a data directory's own is refused", async () => {
    const { genesis, ...facts } = network;
    const path = written(facts);
    assert.deepEqual((await networkFacts(path, genesis, network.genesisRoot)).bootnodes, network.bootnodes);
    await assert.rejects(networkFacts(path, genesis, `0x${"2".repeat(64)}`), /is of another network/);
    const none = await networkFacts(join(folder.path, "none"), genesis, network.genesisRoot);
    assert.deepEqual([none.bootnodes, none.privateAddresses], [[], true]);
  });

  it("refuses operators that do not go together, by name", async () => {
    const [alice, bob] = operators;
    assert.ok(alice !== undefined && bob !== undefined);
    const refused = (list: readonly OperatorFile[], says: RegExp) =>
      assert.rejects(found(list), (error) => hasCode(error, "OPERATOR_FILE") && says.test(String(error)));
    await refused([alice, bob, alice], /alice and alice have the same key/);
    await refused([alice, { ...bob, peerId: alice.peerId }], /alice and bob have the same key/);
    await refused([alice, { ...bob, chainId: 120_121 }], /bob are for the chain 120121, this network is 120122/);
  });

  it("refuses an operator's file that proves nothing or is damaged", () => {
    const [alice, bob] = operators;
    assert.ok(alice !== undefined && bob !== undefined);
    const parse = (change: object) => parseOperatorFile(JSON.stringify({ ...alice, ...change }), "alice.json");
    assert.deepEqual(parse({}), alice);
    const changes: readonly (readonly [object, RegExp])[] = [
      [{ operator: bob.operator }, /does not prove that its BLS key belongs to its account/],
      [{ chainId: 120_121 }, /does not prove/],
      [{ proofOfPossession: bob.proofOfPossession }, /does not prove/],
      [{ blsPublicKey: `0x${"c".repeat(96)}` }, /does not prove/],
      [{ addresses: ["127.0.0.1:30120"] }, /has an address that is none/],
      [{ addresses: [`/ip4/192.0.2.1/tcp/1/p2p/${"1".repeat(40)}`] }, /has an address that is none/],
      [{ addresses: Array(9).fill("/ip4/192.0.2.1/tcp/1") }, /field addresses/],
      [{ name: "a\nb" }, /field name/],
      [{ secret: 1 }, /damaged/],
    ];
    for (const [change, says] of changes) {
      assert.throws(
        () => parse(change),
        (error) => hasCode(error, "OPERATOR_FILE") && says.test(String(error)),
      );
    }
  });
});

describe("options of lucid testnet create", () => {
  it("hosts are one for each node, or one for all with ports that follow each other", () => {
    const hosts = (text: string) => hostList(text) as HostPort[];
    const of = (text: string, count: number) => places(hosts(text), count).map(({ address }) => address);
    assert.deepEqual(of("10.0.0.1,node.example:4000,[fd00::1]:5", 3), [
      "/ip4/10.0.0.1/tcp/30120",
      "/dns4/node.example/tcp/4000",
      "/ip6/fd00::1/tcp/5",
    ]);
    assert.deepEqual(of("10.0.0.1", 2), ["/ip4/10.0.0.1/tcp/30121", "/ip4/10.0.0.1/tcp/30122"]);
    assert.deepEqual(places(hosts("10.0.0.1:7"), 2)[1], {
      address: "/ip4/10.0.0.1/tcp/8",
      rpcPort: 8546,
      metricsPort: 9546,
    });
    assert.throws(() => of("10.0.0.1,10.0.0.2", 3), /2 hosts for 3 validators/);
    for (const bad of ["", "a/b", "10.0.0.1:99999", "[fd00", "a:b:c"]) assert.throws(() => hosts(bad), /host names/);
  });

  it("a node listens on the port that it announces", () => {
    assert.deepEqual(listenFor(["/dns4/a.example/tcp/4000", "/ip4/192.0.2.1/tcp/4000"]), ["/ip4/0.0.0.0/tcp/4000"]);
    assert.deepEqual(listenFor([]), []);
  });

  it("the first slot is a time within a year", () => {
    const now = Math.floor(Date.now() / 1000);
    assert.ok(Math.abs((genesisTime("+600") as number) - now - 600) <= 2);
    assert.equal(genesisTime(String(now)), now);
    const text = new Date((now + 86_400) * 1000).toISOString();
    assert.equal(genesisTime(text), now + 86_400);
    for (const bad of ["", "tomorrow", "1", "2026-12-01", "+99999999", "2036-01-01T00:00:00Z"])
      assert.throws(() => genesisTime(bad), /within a year/);
  });

  it("tells private addresses from public ones", () => {
    for (const own of ["10.1.2.3", "127.0.0.1", "192.168.1.1", "172.31.0.1", "169.254.0.1"])
      assert.ok(isPrivateAddress(`/ip4/${own}/tcp/1`), own);
    for (const own of ["::1", "fd00::1", "fe80::1"]) assert.ok(isPrivateAddress(`/ip6/${own}/tcp/1`), own);
    for (const other of ["/ip4/192.0.2.1/tcp/1", "/ip4/172.32.0.1/tcp/1", "/ip6/2001:db8::1/tcp/1", "/dns4/a/tcp/1"])
      assert.ok(!isPrivateAddress(other), other);
  });
});
