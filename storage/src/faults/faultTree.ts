import type { SurvivalDice } from "./faultPlan.js";

/** A change of the names in a folder that is not synced yet. */
interface PendingName {
  readonly apply: (names: Map<string, Inode>) => void;
  /** A change of another folder without which this one cannot be on disk (a rename between folders). */
  readonly needs?: PendingName;
  durable: boolean;
}

export class FileInode {
  readonly kind = "file";
  readonly mode: number;
  data = new Uint8Array();
  /** Bytes from the start that are synced; files only grow. */
  synced = 0;

  constructor(mode: number) {
    this.mode = mode;
  }

  append(bytes: Uint8Array): void {
    const grown = new Uint8Array(this.data.length + bytes.length);
    grown.set(this.data);
    grown.set(bytes, this.data.length);
    this.data = grown;
  }

  afterCrash(dice: SurvivalDice): FileInode {
    const length = this.synced + dice.part(this.data.length - this.synced);
    const survivor = new FileInode(this.mode);
    survivor.data = this.data.slice(0, length);
    if (length > this.synced && dice.zeroed()) survivor.data.fill(0, this.synced);
    survivor.synced = length;
    return survivor;
  }
}

/** Names of one folder: as the process sees them, and as they are on the disk. */
export class FolderInode {
  readonly kind = "directory";
  readonly mode = 0o700;
  readonly names = new Map<string, Inode>();
  private readonly onDisk = new Map<string, Inode>();
  private pending: PendingName[] = [];

  set(name: string, inode: Inode): PendingName {
    return this.change((names) => names.set(name, inode));
  }

  remove(name: string, needs?: PendingName): PendingName {
    return this.change((names) => names.delete(name), needs);
  }

  /** Both within this folder, in one step. */
  rename(from: string, to: string, inode: Inode): void {
    this.change((names) => {
      names.delete(from);
      names.set(to, inode);
    });
  }

  sync(): void {
    for (const change of this.pending) {
      change.apply(this.onDisk);
      change.durable = true;
    }
    this.pending = [];
  }

  /** The folder after a crash, with everything below it. `known` keeps two names of one file one file. */
  afterCrash(dice: SurvivalDice, known: Map<Inode, Inode>): FolderInode {
    const names = new Map(this.onDisk);
    for (const change of this.pending) {
      if ((change.needs === undefined || change.needs.durable) && dice.survives()) {
        change.apply(names);
        change.durable = true;
      }
    }
    const survivor = new FolderInode();
    known.set(this, survivor);
    for (const [name, inode] of names) {
      const after =
        known.get(inode) ?? (inode.kind === "file" ? inode.afterCrash(dice) : inode.afterCrash(dice, known));
      known.set(inode, after);
      survivor.set(name, after);
    }
    survivor.sync();
    return survivor;
  }

  private change(apply: PendingName["apply"], needs?: PendingName): PendingName {
    const change: PendingName = { apply, durable: false, ...(needs === undefined ? {} : { needs }) };
    apply(this.names);
    this.pending.push(change);
    return change;
  }
}

export type Inode = FileInode | FolderInode;
