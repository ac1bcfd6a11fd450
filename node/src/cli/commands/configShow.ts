import { type SettingName, settings } from "../../config/index.js";
import type { CommandContext } from "../commandContext.js";

function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "(none)" : value.join(",");
  return String(value);
}

export async function run(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const { values, origins, filePath } = await context.config();
  const withOrigin = context.options.flag("origin");
  const rows = (Object.keys(settings) as SettingName[]).map((name) => {
    const { key, env, flag } = settings[name];
    const origin = origins[name];
    const place = { flag: flag.split(" ")[0], environment: env, file: filePath, default: undefined }[origin];
    return { key, value: values[name], origin, place };
  });
  if (output.json) {
    output.data(
      Object.fromEntries(rows.map(({ key, value, origin }) => [key, withOrigin ? { value, origin } : value])),
    );
    return undefined;
  }
  const body = rows.map(({ key, value, origin, place }) =>
    withOrigin ? [key, show(value), place === undefined ? origin : `${origin} (${place})`] : [key, show(value)],
  );
  output.table(withOrigin ? ["setting", "value", "origin"] : ["setting", "value"], body);
  return undefined;
}
