import { argument, type CommandContext } from "../commandContext.js";
import { completionScript } from "../completionScript.js";

export async function run(context: CommandContext): Promise<undefined> {
  const script = completionScript(argument(context, 0));
  context.output.data({ script });
  context.output.line(script.trimEnd());
  return undefined;
}
