import { ByteListType, ContainerType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { CommitCertificate, NO_CERTIFICATE, SkipCertificate } from "./certificate.js";
import { Evidence } from "./evidence.js";
import { Header } from "./header.js";
import { keepsRoot } from "./keepsRoot.js";
import { BODY_BYTES, bytes20, bytes32, u64 } from "./ssz.js";
import { Tasks } from "./task.js";

/** EIP-4895's shape; amount in gwei. */
export const Withdrawal = new ContainerType(
  { index: u64, validatorIndex: u64, address: bytes20, amount: u64 },
  { typeName: "Withdrawal" },
);
export type Withdrawal = ValueOf<typeof Withdrawal>;

/** Canonical wire bytes of one transaction: RLP of type 0, or the type byte and RLP. Longest: 128 KiB, as in Ethereum's pools. */
export const Transaction = new ByteListType(131_072);

export const Body = keepsRoot(
  new ContainerType(
    {
      transactions: new ListCompositeType(Transaction, 16_384),
      tasks: Tasks,
      /** Certificate of the parent; all zero at height 1. */
      parentCommit: CommitCertificate,
      skips: new ListCompositeType(SkipCertificate, 16),
      evidence: new ListCompositeType(Evidence, 16),
      withdrawals: new ListCompositeType(Withdrawal, 256),
    },
    { typeName: "Body" },
  ),
);
export type Body = ValueOf<typeof Body>;

export const Block = new ContainerType({ header: Header, body: Body }, { typeName: "Block" });
export type Block = ValueOf<typeof Block>;

/** The body as gossip carries it: the root names the header that it belongs to. */
export const BodyMessage = new ContainerType({ blockRoot: bytes32, body: Body }, { typeName: "BodyMessage" });
export type BodyMessage = ValueOf<typeof BodyMessage>;

/** Header and container overhead above the body's limit. */
export const BLOCK_BYTES = BODY_BYTES + 1024;

export const EMPTY_BODY: Body = {
  transactions: [],
  tasks: { storage: [], relay: [], beacons: [] },
  parentCommit: NO_CERTIFICATE,
  skips: [],
  evidence: [],
  withdrawals: [],
};
