import { resolve as resolvePath } from "node:path";
import { fromHex } from "@lucid/consensus/base";
import { deriveSessionKey, formatAddress, readDataDirectory } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import { argument, type CommandContext } from "../commandContext.js";
import { formatSessionId } from "../format.js";
import { findSession } from "../session/anchors.js";
import { sessionIdArgument } from "../session/arguments.js";
import { Catalogue, detailsOptions, namesOf } from "../session/catalogue.js";
import { connectNode } from "../session/nodeLink.js";
import { openOwner } from "../session/owner.js";
import { readShare, sharedSession, writeShare } from "../session/shareFile.js";
import { checkTarget } from "../wholeFile.js";

/** Writes the key of one session to a file; notes in the index to whom it goes. */
export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const sessionId = sessionIdArgument(argument(context, 0));
  const path = resolvePath(options.text("out") ?? `${formatSessionId(sessionId)}.key.json`);
  await checkTarget(path, options.flag("force"));
  const dataDir = resolvePath((await context.config()).values.dataDir);
  const client = await connectNode(context, dataDir);
  try {
    const owner = await openOwner(context, dataDir);
    const account = formatAddress(owner.address);
    if ((await findSession(client, account, sessionId)) === undefined) {
      throw new NodeError({
        code: "SESSION_UNKNOWN",
        message: `the chain knows no session ${formatSessionId(sessionId)} of ${account}`,
      });
    }
    const { version } = await readDataDirectory(dataDir);
    const sessionKey = deriveSessionKey(owner.ownerKey, sessionId);
    const genesisRoot = fromHex(version.genesisRoot, 32);
    await writeShare(path, { genesisRoot, owner: owner.address, sessionId, sessionKey });
    const receivers = namesOf(options.text("with") ?? "");
    if (receivers.length > 0) {
      const catalogue = await Catalogue.open(client, owner);
      const details = catalogue.of(sessionId) ?? { sessionId };
      const shares = [...new Set([...(details.shares ?? []), ...receivers])].sort();
      await catalogue.set(sessionId, { ...details, shares });
    }
    output.data({ sessionId: formatSessionId(sessionId), owner: account, file: path, with: receivers });
    output.line(
      `${path} opens session ${formatSessionId(sessionId)} and no other. Whoever has it can read the session,`,
    );
    output.line("for ever: it cannot be taken back. The receiver runs:");
    output.line(`\n  lucid session get --key ${path} -o FILE`);
  } finally {
    client.close();
  }
  return undefined;
}

/** Puts the key of somebody else's session into the index, so that the recovery words bring that session back too. */
export async function keep(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const share = await readShare(resolvePath(argument(context, 0)));
  const { sessionId, owner, sessionKey } = share;
  const dataDir = resolvePath((await context.config()).values.dataDir);
  const client = await connectNode(context, dataDir);
  try {
    await sharedSession(client, share, dataDir);
    const catalogue = await Catalogue.open(client, await openOwner(context, dataDir));
    const details = { ...(catalogue.of(sessionId) ?? { sessionId }), ...detailsOptions(context) };
    await catalogue.set(sessionId, { ...details, received: { owner, sessionKey } });
    output.data({ sessionId: formatSessionId(sessionId), owner: formatAddress(owner), title: details.title ?? null });
    output.line(`Session ${formatSessionId(sessionId)} of ${formatAddress(owner)} is in your index.`);
    output.line(`To fetch it: lucid session get ${formatSessionId(sessionId)} -o FILE`);
  } finally {
    client.close();
  }
  return undefined;
}
