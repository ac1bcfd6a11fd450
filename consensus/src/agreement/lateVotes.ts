import { BitArray } from "@chainsafe/ssz";
import { equalBytes } from "../base/bytes.js";
import { commitVote, verifyQuorum } from "../certificates.js";
import type { CommitCertificate } from "../types/certificate.js";
import type { VoterSet } from "../types/state.js";
import { compareViews } from "../types/view.js";
import { type SignedVote, VoteKind } from "../types/vote.js";
import { signingContextOf } from "./host.js";
import { voteItem } from "./intake.js";
import type { AgreementOptions } from "./types.js";

/**
 * The certificate of the last decided height, which grows: a decision needs only more than 2/3, but every voter's bit
 * earns credits, and the proposer that carries the certificate is paid by the weight in it.
 */
export class LateVotes {
  certificate: CommitCertificate;
  readonly #options: AgreementOptions;
  readonly #voters: VoterSet;

  constructor(options: AgreementOptions, voters: VoterSet, certificate: CommitCertificate) {
    this.#options = options;
    this.#voters = voters;
    this.certificate = certificate;
  }

  /** Whether a vote could add a bit. */
  wants({ vote, voter }: SignedVote): boolean {
    const { certificate } = this;
    return (
      vote.kind === VoteKind.Precommit &&
      vote.height === certificate.height &&
      compareViews(vote, certificate) === 0 &&
      equalBytes(vote.blockRoot, certificate.blockRoot) &&
      voter < certificate.signers.bitLen &&
      !certificate.signers.get(voter)
    );
  }

  /** False for a wrong signature. Call only for what `wants` takes. */
  add(signed: SignedVote): boolean {
    const member = this.#voters.members[signed.voter];
    if (member === undefined) return false;
    const { verifier } = this.#options;
    const { publicKey, message, signature } = voteItem(this.#options, member.blsPublicKey, signed);
    if (!verifier.verify(publicKey, message, signature)) return false;
    const signers = this.certificate.signers.clone();
    signers.set(signed.voter, true);
    this.certificate = {
      ...this.certificate,
      signers,
      signature: verifier.aggregate([this.certificate.signature, signature]),
    };
    return true;
  }

  /** One block may be certified in two views; the lowest is used. True when `other` is the better one. */
  improve(other: CommitCertificate): boolean {
    const { certificate } = this;
    if (other.height !== certificate.height || !equalBytes(other.blockRoot, certificate.blockRoot)) return false;
    if (compareViews(other, certificate) >= 0 || other.signers.bitLen !== this.#voters.members.length) return false;
    const context = signingContextOf(this.#options, other.slot);
    if (!verifyQuorum(commitVote(other), other, this.#voters, context, this.#options.verifier)) return false;
    this.certificate = { ...other, signers: new BitArray(other.signers.uint8Array.slice(), other.signers.bitLen) };
    return true;
  }
}
