import { ContainerType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { BLOCK_BYTES, Block } from "./body.js";
import { CommitCertificate } from "./certificate.js";
import { bytes32, safeU64, u32 } from "./ssz.js";

/** `status/1`: what two nodes tell each other of themselves. Claims, that nothing but the choice of whom to ask depends on. */
export const Status = new ContainerType(
  {
    headRoot: bytes32,
    height: u32,
    /** By the sender's clock. */
    slot: u32,
    /** Lowest height, genesis apart, whose block the sender serves. */
    earliest: u32,
    /** The sender's clock, Unix milliseconds: the peers' median guards against a wrong own clock. */
    time: safeU64,
    /** nodeId of a validator, 32 zero bytes of a follower. */
    nodeId: bytes32,
    /** The highest fork version that the sender knows: after a recovery not all have adopted the next one. */
    forkVersion: u32,
  },
  { typeName: "Status" },
);
export type Status = ValueOf<typeof Status>;

export const STATUS_BYTES = Status.minSize;

/** Blocks that one answer of `blocks-by-range/1` holds at most. */
export const RANGE_BLOCKS = 64;
/** Bytes of such an answer: a full block and many small ones. */
export const RANGE_BYTES = 3 * 1024 * 1024;

/** `blocks-by-range/1`: the final blocks of the heights `start` to `start + count - 1`, or the first of them. */
export const BlocksRequest = new ContainerType({ start: u32, count: u32 }, { typeName: "BlocksRequest" });
export type BlocksRequest = ValueOf<typeof BlocksRequest>;

/** A final block with the certificate that made it final. */
export const CertifiedBlock = new ContainerType(
  { block: Block, certificate: CommitCertificate },
  { typeName: "CertifiedBlock" },
);
export type CertifiedBlock = ValueOf<typeof CertifiedBlock>;

/** In ascending order without a gap; fewer than asked for only where RANGE_BYTES or the chain ends. */
export const BlocksResponse = new ContainerType(
  { blocks: new ListCompositeType(CertifiedBlock, RANGE_BLOCKS) },
  { typeName: "BlocksResponse" },
);
export type BlocksResponse = ValueOf<typeof BlocksResponse>;

/** What an answer may lack of RANGE_BYTES when the next block did not fit: the largest block, its certificate, offsets. */
export const LONGEST_CERTIFIED_BLOCK = BLOCK_BYTES + 1024;
