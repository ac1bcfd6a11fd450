import "../promiseWithResolvers.js";
import { publicKeyFromRaw } from "@libp2p/crypto/keys";
import { peerIdFromPublicKey } from "@libp2p/peer-id";
import type { PeerId } from "../network.js";
import { parseAddress, peerOfAddress } from "./addresses.js";

/** The peer id (12D3Koo...) of an Ed25519 public key, 32 bytes. */
export function peerIdOfKey(publicKey: Uint8Array): PeerId {
  return peerIdFromPublicKey(publicKeyFromRaw(publicKey)).toString();
}

/** The address with the peer that must answer there. @throws P2pError P2P_BAD_ADDRESS, also when it names another peer */
export function addressOfPeer(address: string, peer: PeerId): string {
  const parsed = parseAddress(address);
  const named = peerOfAddress(parsed);
  if (named === peer) return parsed.toString();
  return parseAddress(`${parsed.toString()}/p2p/${peer}`).toString();
}
