import { fromHex, hasCode, toHex } from "@lucid/consensus/base";
import {
  formatSessionId,
  type IndexItem,
  IndexWriter,
  indexDomainSeparator,
  indexItem,
  type SessionDetails,
} from "@lucid/storage";
import { NodeError } from "../../errors.js";
import { recoverPublicKey } from "../../execution/sender.js";
import type { CommandContext } from "../commandContext.js";
import type { NodeClient } from "../nodeClient.js";
import type { Owner } from "./owner.js";

/** Pages of 500 entries: an owner has 10,000 and a floor. */
const MAX_PAGES = 21;

/** What an owner needs for his part of the index. */
export type IndexOwner = Pick<Owner, "account" | "address" | "indexKey">;

interface Page {
  readonly entries: readonly string[];
  readonly next: string | null;
}

function readPage(value: unknown): Page {
  const { entries, next } = (typeof value === "object" && value !== null ? value : {}) as Partial<Page>;
  const good = Array.isArray(entries) && entries.every((entry) => typeof entry === "string");
  if (good && (next === null || typeof next === "string")) return { entries, next };
  throw new NodeError({ code: "NODE_REFUSED", message: "the node answered the index with something else" });
}

async function entriesOf(client: NodeClient, owner: Uint8Array): Promise<readonly IndexItem[]> {
  const items: IndexItem[] = [];
  let from: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = readPage(await client.rpc("lucid_getIndexEntries", [toHex(owner), from]));
    items.push(...answer.entries.map((entry) => indexItem(fromHex(entry))));
    from = answer.next;
    if (from === null) break;
  }
  return items;
}

async function separatorOf(client: NodeClient): Promise<Uint8Array> {
  const [info, chainId] = await Promise.all([client.rpc("lucid_nodeInfo"), client.rpc("eth_chainId")]);
  const { genesisRoot } = info as { readonly genesisRoot?: string };
  return indexDomainSeparator(Number(chainId), fromHex(String(genesisRoot), 32));
}

/** The owner's titles, tags and folders: read from the node, opened and checked here, changed by signed entries. */
export class Catalogue {
  /** Entries that cannot be read with this owner's key. */
  readonly unreadable: number;
  private readonly client: NodeClient;
  private readonly writer: IndexWriter;
  private readonly found: Map<string, SessionDetails>;
  private readonly items: readonly IndexItem[];

  private constructor(client: NodeClient, writer: IndexWriter, items: readonly IndexItem[]) {
    this.client = client;
    this.writer = writer;
    this.items = items;
    const { entries, unreadable } = writer.open(items);
    this.found = new Map(entries.map(({ details }) => [toHex(details.sessionId), details]));
    this.unreadable = unreadable.length;
  }

  /** @throws NodeError NODE_UNREACHABLE, NODE_REFUSED */
  static async open(client: NodeClient, { account, address, indexKey }: IndexOwner): Promise<Catalogue> {
    const options = {
      owner: address,
      indexKey,
      separator: await separatorOf(client),
      signer: async (digest: Uint8Array) => fromHex(await account.sign({ hash: toHex(digest) }), 65),
      recover: recoverPublicKey,
    };
    const writer = new IndexWriter(options, Date.now);
    return new Catalogue(client, writer, await entriesOf(client, address));
  }

  of(sessionId: Uint8Array): SessionDetails | undefined {
    return this.found.get(toHex(sessionId));
  }

  all(): readonly SessionDetails[] {
    return [...this.found.values()];
  }

  /** Writes the session's details; undefined takes them out of the index. @throws StorageError INDEX_... */
  async set(sessionId: Uint8Array, details: SessionDetails | undefined): Promise<void> {
    const item = details === undefined ? await this.writer.remove(sessionId) : await this.writer.put(details);
    await this.send(item);
  }

  /** Removes old deletions; returns how many entries were written for it. */
  async compact(): Promise<number> {
    const written = await this.writer.compact(this.items);
    for (const item of written) await this.send(item);
    return written.length;
  }

  private async send({ encoded }: IndexItem): Promise<void> {
    const answer = await this.client.rpcAnswer("lucid_putIndexEntry", [toHex(encoded)]);
    if (!("error" in answer)) return;
    const { data, message } = answer.error;
    const code = typeof data === "object" && data !== null && "code" in data ? String(data.code) : "";
    throw new NodeError({
      code: "INDEX_REFUSED",
      message: `the node did not take the entry (${message})`,
      meta: { nodeCode: code },
    });
  }
}

/** What the options of put, record and edit say; undefined without any. */
export function detailsOptions({
  options,
}: CommandContext): Pick<SessionDetails, "title" | "tags" | "folder"> | undefined {
  const title = options.text("title");
  const folder = options.text("folder");
  const tags = options.text("tag") === undefined ? undefined : namesOf(options.text("tag") ?? "");
  if (title === undefined && folder === undefined && tags === undefined) return undefined;
  return {
    ...(title === undefined ? {} : { title }),
    ...(folder === undefined ? {} : { folder }),
    ...(tags === undefined ? {} : { tags }),
  };
}

/** Names that stand between commas, sorted, each once. */
export function namesOf(text: string): readonly string[] {
  return [...new Set(text.split(",").map((name) => name.trim()))].filter((name) => name !== "").sort();
}

/** After a session was stored: it is safe, so a failure here is told and does not fail the command. */
export async function saveDetails(
  context: CommandContext,
  workspace: { readonly client: NodeClient; readonly owner: IndexOwner },
  sessionId: Uint8Array,
): Promise<void> {
  const given = detailsOptions(context);
  if (given === undefined) return;
  try {
    const catalogue = await Catalogue.open(workspace.client, workspace.owner);
    await catalogue.set(sessionId, { ...(catalogue.of(sessionId) ?? { sessionId }), ...given });
  } catch (error) {
    const id = formatSessionId(sessionId);
    const fix = hasCode(error, "INDEX_DETAILS_INVALID") ? "with other texts" : "later";
    const why = error instanceof Error ? error.message : String(error);
    context.output.warn(`the session is stored, its title is not (${why}); run lucid session edit ${id} ${fix}`);
  }
}
