import { BlsSigner, nodeIdOf, possessionMessage, presets } from "@lucid/consensus";
import { fromHex, sha256, toHex, u32be } from "@lucid/consensus/base";
import { contractAddresses, nodeRegistryAbi } from "@lucid/contracts";
import { encodeFunctionData } from "viem";
import { GWEI, type TestWallet } from "./wallet.js";

const { chainId, registrationBond } = presets.devnet;

/** Wei that a registration on a devnet holds. */
export const DEVNET_BOND = registrationBond * GWEI;

/** A node that is not founding: its keys, and the signed transaction that registers it for a wallet. */
export function candidateNode(number: number, wallet: TestWallet) {
  // Below the order of the group.
  const signer = new BlsSigner(sha256(u32be(1000 + number)).fill(1, 0, 1));
  const proof = signer.sign(possessionMessage(chainId, signer.publicKey, wallet.address));
  const data = encodeFunctionData({
    abi: nodeRegistryAbi,
    functionName: "register",
    args: [
      toHex(signer.publicKey),
      toHex(proof),
      toHex(sha256(u32be(2000 + number))),
      toHex(new Uint8Array(32)),
      "0x",
      512,
    ],
  });
  const to = fromHex(contractAddresses.NodeRegistry);
  return {
    signer,
    nodeId: nodeIdOf(signer.publicKey),
    register: (nonce: number): Uint8Array =>
      wallet.sign({ nonce, to, data: fromHex(data), value: DEVNET_BOND, gasLimit: 1_000_000n }),
  };
}
