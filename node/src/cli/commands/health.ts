import { ExitCode } from "@lucid/consensus/base";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { NodeClient, textOf, urlAddress } from "../nodeClient.js";

/** The health server of the configuration; a wildcard address is asked on loopback. */
function healthUrl(host: string, port: number): string {
  const shown = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
  return `http://${shown}:${port}`;
}

export async function run(context: CommandContext): Promise<number> {
  const { options, output } = context;
  const { values } = await context.config();
  const url = options.text("url") ?? healthUrl(values.metricsHost, values.metricsPort);
  const client = new NodeClient(urlAddress(url), options.number("timeout") ?? 3000);
  try {
    const { status, body } = await client.get(options.flag("live") ? "/livez" : "/readyz?verbose");
    const text = textOf(body).trim();
    if (status !== 200) {
      throw new NodeError({ code: "NOT_READY", message: `the node is not ready (${text.split("\n").join(", ")})` });
    }
    output.data({ ok: true, answer: text });
    output.line(text);
    return ExitCode.Ok;
  } finally {
    client.close();
  }
}
