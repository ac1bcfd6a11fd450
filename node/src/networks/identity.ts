import { BlsSigner, nodeIdOf, possessionMessage } from "@lucid/consensus";
import { toHex } from "@lucid/consensus/base";
import {
  type Account,
  type DerivedBlsKey,
  deriveAccount,
  deriveBlsKey,
  generatePeerKey,
  mnemonicToSeed,
  type PeerKey,
} from "@lucid/storage";
import type { GenesisFileValidator } from "./genesisFile.js";

/** The keys of one node. All but the peer key come from the recovery words. */
export interface NodeIdentity {
  /** BIP-39 words. */
  readonly mnemonic: string;
  readonly account: Account;
  readonly bls: DerivedBlsKey;
  readonly peer: PeerKey;
  /** SHA-256 of the BLS public key. */
  readonly nodeId: Uint8Array;
}

/** @param index account and validator number under the words; a person's own is 0. */
export async function deriveIdentity(mnemonic: string, index = 0): Promise<NodeIdentity> {
  const seed = await mnemonicToSeed(mnemonic);
  const bls = deriveBlsKey(seed, index);
  const account = deriveAccount(seed, index);
  seed.fill(0);
  return { mnemonic, account, bls, peer: generatePeerKey(), nodeId: nodeIdOf(bls.publicKey) };
}

/** The identity as a founding validator of a network with this chain id. */
export function genesisValidator(identity: NodeIdentity, chainId: bigint): GenesisFileValidator {
  const { bls, account, peer } = identity;
  const proof = new BlsSigner(bls.secretKey).sign(possessionMessage(chainId, bls.publicKey, account.address));
  return {
    blsPublicKey: toHex(bls.publicKey),
    proofOfPossession: toHex(proof),
    peerId: toHex(peer.publicKey),
    operator: toHex(account.address),
  };
}
