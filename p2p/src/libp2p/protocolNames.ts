import { sha256, toHex, u32be } from "@lucid/consensus/base";

/** Names on the wire: nodes of another network or fork have no name in common with ours, so they never meet by chance. */
export class ProtocolNames {
  /** First 4 bytes of SHA-256(genesisRoot || forkVersion as 4 bytes, big-endian), hex. */
  readonly digest: string;

  constructor(genesisRoot: Uint8Array, forkVersion: number) {
    this.digest = toHex(sha256(genesisRoot, u32be(forkVersion)).subarray(0, 4)).slice(2);
  }

  /** Of gossip topics and request protocols. */
  of(name: string): string {
    return `/lucid/${this.digest}/${name}`;
  }

  /** Every full node of the network serves it; whoever does not is none. */
  get goodbye(): string {
    return this.of("goodbye/1");
  }

  get dht(): string {
    return this.of("kad/1.0.0");
  }

  /** Without what all names of this network have in common. */
  short(protocol: string): string {
    return this.belongs(protocol) ? protocol.slice(this.of("").length) : protocol;
  }

  belongs(protocol: string): boolean {
    return protocol.startsWith(`/lucid/${this.digest}/`);
  }
}
