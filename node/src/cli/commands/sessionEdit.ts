import { resolve as resolvePath } from "node:path";
import type { SessionDetails } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import { argument, type CommandContext } from "../commandContext.js";
import { formatSessionId } from "../format.js";
import { sessionIdArgument } from "../session/arguments.js";
import { Catalogue, namesOf } from "../session/catalogue.js";
import { connectNode } from "../session/nodeLink.js";
import { openOwner } from "../session/owner.js";

/** The details with what the options change; an empty text takes a field away. */
function changed(details: SessionDetails, { options }: CommandContext): SessionDetails {
  const gone = new Set(namesOf(options.text("untag") ?? ""));
  const tags = [...new Set([...(details.tags ?? []), ...namesOf(options.text("tag") ?? "")])]
    .filter((tag) => !gone.has(tag))
    .sort();
  const title = options.text("title") ?? details.title ?? "";
  const folder = options.text("folder") ?? details.folder ?? "";
  const { sessionId, shares, received } = details;
  return {
    sessionId,
    ...(title === "" ? {} : { title }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(folder === "" ? {} : { folder }),
    ...(shares === undefined ? {} : { shares }),
    ...(received === undefined ? {} : { received }),
  };
}

export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const sessionId = sessionIdArgument(argument(context, 0));
  const remove = options.flag("remove");
  const names = ["title", "tag", "untag", "folder"];
  if (remove === names.some((name) => options.given(name))) {
    throw new NodeError({
      code: "USAGE",
      message: "say what to change, or --remove alone",
      meta: { fix: "give --title, --tag, --untag or --folder" },
    });
  }
  const dataDir = resolvePath((await context.config()).values.dataDir);
  const client = await connectNode(context, dataDir);
  try {
    const catalogue = await Catalogue.open(client, await openOwner(context, dataDir));
    const details = remove ? undefined : changed(catalogue.of(sessionId) ?? { sessionId }, context);
    await catalogue.set(sessionId, details);
    const { title = null, tags = [], folder = null } = details ?? {};
    output.data({ sessionId: formatSessionId(sessionId), title, tags, folder });
    output.line(
      remove
        ? `Session ${formatSessionId(sessionId)} has no entry in the index any more; the session itself is untouched.`
        : `Session ${formatSessionId(sessionId)}: ${[title ?? "no title", ...tags.map((tag) => `#${tag}`)].join("  ")}${folder === null ? "" : `  in ${folder}`}`,
    );
  } finally {
    client.close();
  }
  return undefined;
}

/** Makes room in the owner's part of the index. */
export async function compact(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const dataDir = resolvePath((await context.config()).values.dataDir);
  const client = await connectNode(context, dataDir);
  try {
    const catalogue = await Catalogue.open(client, await openOwner(context, dataDir));
    const written = await catalogue.compact();
    output.data({ written });
    output.line(
      written === 0
        ? "Nothing to remove: entries that were deleted are kept for 30 days."
        : `Entries deleted more than 30 days ago are gone; ${written} were written for it.`,
    );
  } finally {
    client.close();
  }
  return undefined;
}
