import { ContainerType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { Block } from "./body.js";
import { PrevoteCertificate } from "./certificate.js";
import { BODY_BYTES, blsSignature, bytes32, safeU64, u32, VOTER_LIMIT } from "./ssz.js";

/*
 * A network that lost more than 1/3 of its weight for ever goes on under the next fork version, with voters that more
 * than 1/2 of the last set's weight agree on.
 */

export const RecoveryVoter = new ContainerType({ nodeId: bytes32, weight: safeU64 }, { typeName: "RecoveryVoter" });
export type RecoveryVoter = ValueOf<typeof RecoveryVoter>;

/** What every signer agrees to. */
export const RecoveryPlan = new ContainerType(
  {
    genesisRoot: bytes32,
    /** The one after the last. */
    forkVersion: u32,
    /** The last block that stays final, and its root. */
    height: u32,
    root: bytes32,
    /** First slot under the new fork version. */
    slot: u32,
    /** Who votes from `height + 1` on, in ascending order of the registry. */
    voters: new ListCompositeType(RecoveryVoter, VOTER_LIMIT),
  },
  { typeName: "RecoveryPlan" },
);
export type RecoveryPlan = ValueOf<typeof RecoveryPlan>;

/** The signed part of a consent. */
export const RecoveryStatement = new ContainerType(
  { plan: bytes32, lock: new ListCompositeType(PrevoteCertificate, 1) },
  { typeName: "RecoveryStatement" },
);
export type RecoveryStatement = ValueOf<typeof RecoveryStatement>;

/** One voter of the last set agrees, tells its lock at `height + 1`, and promises to sign no lower fork again. */
export const RecoveryConsent = new ContainerType(
  { nodeId: bytes32, lock: new ListCompositeType(PrevoteCertificate, 1), signature: blsSignature },
  { typeName: "RecoveryConsent" },
);
export type RecoveryConsent = ValueOf<typeof RecoveryConsent>;

export const Recovery = new ContainerType(
  {
    plan: RecoveryPlan,
    /** In ascending order of nodeId. */
    consents: new ListCompositeType(RecoveryConsent, VOTER_LIMIT),
    /** The block of the highest lock: nobody else may have it any more. */
    block: new ListCompositeType(Block, 1),
  },
  { typeName: "Recovery" },
);
export type Recovery = ValueOf<typeof Recovery>;

/** Consents and plan of 256 voters take 160 KiB. */
export const RECOVERY_BYTES = BODY_BYTES + 256 * 1024;
