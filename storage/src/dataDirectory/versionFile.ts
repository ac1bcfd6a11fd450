import { hasCode } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";
import { readFileBounded, writeFileAtomic } from "../files/atomicFile.js";
import type { FileSystem } from "../files/fileSystem.js";

/** Layout of the folder that this program writes. A higher one is of a newer program and is not touched. */
export const DATA_FORMAT = 1;

export interface DataVersion {
  readonly format: number;
  /** Name of the network. */
  readonly network: string;
  /** 0x and 64 lower-case hex digits. */
  readonly genesisRoot: string;
}

const MAX_BYTES = 4096;

function damaged(path: string, what: string): StorageError {
  return new StorageError({
    code: "DATA_DAMAGED",
    message: `${path} ${what}; restore it from a backup`,
    meta: { path },
  });
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}

/** @throws StorageError DATA_MISSING, DATA_DAMAGED, DATA_NEWER */
export async function readVersionFile(files: FileSystem, path: string): Promise<DataVersion> {
  let text: string;
  try {
    text = new TextDecoder().decode(await readFileBounded(files, path, MAX_BYTES));
  } catch (error) {
    if (hasCode(error, "IO_NOT_FOUND")) {
      throw new StorageError({
        code: "DATA_MISSING",
        message: `there is no ${path}; run lucid init, or name the right folder with --data`,
        meta: { path },
      });
    }
    if (hasCode(error, "IO_TOO_LARGE")) throw damaged(path, "is too large");
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(path, "is no JSON");
  }
  const format = property(value, "format");
  if (typeof format !== "number" || !Number.isSafeInteger(format) || format < 1) throw damaged(path, "names no format");
  // Before anything else: a newer format may hold other fields.
  if (format > DATA_FORMAT) {
    throw new StorageError({
      code: "DATA_NEWER",
      message: `${path} has format ${format}, this program knows format ${DATA_FORMAT}; install a newer version`,
      meta: { path, format, known: DATA_FORMAT },
    });
  }
  const network = property(value, "network");
  const genesisRoot = property(value, "genesisRoot");
  if (typeof network !== "string" || network === "") throw damaged(path, "names no network");
  if (typeof genesisRoot !== "string" || !/^0x[0-9a-f]{64}$/.test(genesisRoot))
    throw damaged(path, "names no genesis root");
  return { format, network, genesisRoot };
}

/** Atomic; 0644 since nothing in it is secret and support asks for it. */
export async function writeVersionFile(
  files: FileSystem,
  path: string,
  version: Omit<DataVersion, "format">,
): Promise<void> {
  const { network, genesisRoot } = version;
  const text = `${JSON.stringify({ format: DATA_FORMAT, network, genesisRoot })}\n`;
  await writeFileAtomic(files, path, new TextEncoder().encode(text), 0o644);
}
