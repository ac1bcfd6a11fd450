import type { ReplicationStore } from "../replication/replicationStore.js";

/** The chunk roots of the chain's sessions by number, as far as this node knows them. */
export class SessionRoots {
  private readonly store: ReplicationStore;

  constructor(store: ReplicationStore) {
    this.store = store;
  }

  /** Root of one chunk; undefined while the session's list is not known. Reads 32 bytes of it. */
  rootAt(session: number, chunk: number): Uint8Array | undefined {
    const anchored = this.store.anchored.get(session);
    return anchored?.rootsKnown === true ? this.store.rootAt(anchored, chunk) : undefined;
  }

  all(session: number): Uint8Array[] | undefined {
    const anchored = this.store.anchored.get(session);
    return anchored?.rootsKnown === true ? this.store.roots(anchored) : undefined;
  }
}
