import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Libp2pNetwork, Libp2pNetworkOptions } from "../../src/index.js";
import { echo, libp2pNetwork, until, words } from "./networks.js";
import { RawPeer } from "./rawPeer.js";
import { Strain } from "./strain.js";

export interface VictimOptions {
  readonly limits?: Libp2pNetworkOptions["limits"];
  readonly nat?: Libp2pNetworkOptions["nat"];
  readonly listen?: readonly string[];
}

export interface Victim {
  readonly server: Libp2pNetwork;
  readonly address: string;
  /** What an honest peer asks is answered, and its gossip is heard. */
  readonly served: () => Promise<void>;
}

/** A node, an honest peer whom it must serve whatever happens, and those who attack it: of one test. */
export class Siege {
  private readonly folder = mkdtempSync(join(tmpdir(), "lucid-siege-"));
  private readonly running: { stop(): Promise<void> }[] = [];
  private strain: Strain | undefined;
  private served: () => Promise<void> = async () => undefined;

  /** Folder of the victim's database. */
  get database(): string {
    return join(this.folder, "net");
  }

  /** Stopped with the siege. */
  keep<T extends { stop(): Promise<void> }>(each: T): T {
    this.running.push(each);
    return each;
  }

  async node(options: Partial<Libp2pNetworkOptions> = {}): Promise<Libp2pNetwork> {
    const network = this.keep(libp2pNetwork(options));
    await network.start();
    return network;
  }

  async victim({ limits = {}, nat, listen = ["/ip4/127.0.0.1/tcp/0"] }: VictimOptions = {}): Promise<Victim> {
    const server = await this.node({ limits, nat, listen, database: this.database });
    const address = server.address() ?? assert.fail();
    server.handle(echo, (word) => word);
    const honest = await this.node({ peers: [address], listen: [] });
    const heard = new Set<string>();
    honest.subscribe(words, () => "accept");
    server.subscribe(words, (word) => {
      heard.add(word);
      return word.startsWith("bad") ? "reject" : "accept";
    });
    await until(() => honest.meshPeers("words").length === 1);
    let count = 0;
    this.served = async () => {
      const word = `honest ${count++}`;
      assert.equal(await honest.request(server.peerId ?? "", { ...echo, timeoutMilliseconds: 10_000 }, word), word);
      honest.publish(words, word);
      await until(() => heard.has(word));
    };
    await this.served();
    this.begin();
    return { server, address, served: this.served };
  }

  /** From here on memory, disk and event loop are watched; `victim` does it. */
  begin(): void {
    this.strain = new Strain(this.folder);
  }

  async attacker(address: string): Promise<RawPeer> {
    return this.keep(await RawPeer.connect(address));
  }

  /** The honest peer is served, and memory, disk and the event loop have kept to their bounds. */
  async check(): Promise<void> {
    await this.served();
    assert.ok(this.strain !== undefined, "nothing was watched");
    this.strain.check();
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.splice(0).map((each) => each.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
