/** The one-way file by which the On-System chain's SignerRegistry reaches this service, which never asks that chain. */
import { createHash } from "node:crypto";
import { AbiCoder } from "ethers";
import { Trx } from "tronweb";
import { z } from "zod";
import { addressToHex } from "../domain/address.js";
import { type SignerSet, signerSetSchema } from "../domain/documents.js";
import { hex, hexBytes, label } from "../domain/primitives.js";
import { PayoutError } from "../errors.js";

const fileSchema = z.strictObject({
  ...signerSetSchema.shape,
  chainId: z.int().min(1),
  /** SHA-256 of abi.encode(epoch, signers, threshold, chainId). */
  digest: hex(32),
  governanceTransaction: hex(32),
  certificate: label,
  /** Exported with it: the payout period that was in force, in seconds. */
  payoutEpochLength: z.int().min(2_419_200).max(2_678_400).optional(),
  /** TIP-191 version 2 over the digest, by signers of the epoch before. */
  signatures: z.array(hexBytes(65)).max(3),
});
export type SignerFile = z.infer<typeof fileSchema>;

/** As SignerRegistry computes it; addresses are 21 bytes with the prefix 41. */
export function signerDigest(set: SignerSet, chainId: number): string {
  const signers = set.signers.map((address) => `0x${addressToHex(address)}`);
  const encoded = AbiCoder.defaultAbiCoder().encode(
    ["uint64", "bytes21[3]", "uint8", "uint256"],
    [set.epoch, signers, set.threshold, chainId],
  );
  return createHash("sha256")
    .update(Buffer.from(encoded.slice(2), "hex"))
    .digest("hex");
}

/** TIP-191 version 2 over the 32 bytes of the digest; hex without 0x. */
export function signDigest(digest: string, privateKey: Uint8Array): string {
  return Trx.signMessageV2(Buffer.from(digest, "hex"), Buffer.from(privateKey).toString("hex")).replace(/^0x/, "");
}

function signerOfDigest(digest: string, signature: string): string {
  try {
    return Trx.verifyMessageV2(Buffer.from(digest, "hex"), `0x${signature}`);
  } catch {
    throw new PayoutError("BAD_ROTATION", "a signature of the signer file cannot be recovered");
  }
}

/** A signer file whose digest is of its signers, whatever is signed. @throws PayoutError BAD_ROTATION */
export function readSignerFile(text: string): SignerFile {
  const bad = (what: string) => new PayoutError("BAD_ROTATION", what);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad("the signer file is no JSON");
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw bad(`the signer file is wrong at ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  const { epoch, signers, threshold, chainId, digest } = parsed.data;
  if (new Set(signers).size !== 3) throw bad("the three signers are not different");
  if (signerDigest({ epoch, signers, threshold }, chainId) !== digest) throw bad("the digest is not of these signers");
  return parsed.data;
}

/** The file with one more signature over its digest; the same again changes nothing. @throws PayoutError BAD_ROTATION */
export function addSignature(text: string, signature: string): SignerFile {
  const file = readSignerFile(text);
  signerOfDigest(file.digest, signature);
  const signatures = [...new Set([...file.signatures, signature])];
  if (signatures.length > 3) throw new PayoutError("BAD_ROTATION", "the file has three signatures already");
  // In the order in which it was exported.
  return { ...(JSON.parse(text) as SignerFile), signatures };
}

/**
 * The new signer set, if the file is of the next epoch, of this chain, and signed by two current signers.
 * @throws PayoutError BAD_ROTATION
 */
export function acceptSignerFile(
  text: string,
  current: SignerSet,
  chainId: number,
): { set: SignerSet; file: SignerFile } {
  const bad = (what: string) => new PayoutError("BAD_ROTATION", what);
  const file = readSignerFile(text);
  const set: SignerSet = { epoch: file.epoch, signers: file.signers, threshold: file.threshold };
  if (file.chainId !== chainId) throw bad(`the file is of chain ${file.chainId}, not ${chainId}`);
  if (file.epoch !== current.epoch + 1) throw bad(`the file is of epoch ${file.epoch}; ${current.epoch + 1} is next`);
  const signed = new Set(file.signatures.map((signature) => signerOfDigest(file.digest, signature)));
  const valid = [...signed].filter((address) => current.signers.includes(address));
  if (valid.length < current.threshold)
    throw bad(`${valid.length} of ${current.threshold} current signers signed the digest`);
  return { set, file };
}
