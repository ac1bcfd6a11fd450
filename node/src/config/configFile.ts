import { type SettingName, settings } from "./settings.js";

function yamlValue(value: unknown): string {
  return Array.isArray(value) ? `[${value.map((item) => JSON.stringify(item)).join(", ")}]` : JSON.stringify(value);
}

/**
 * A config.yaml that lists every setting with its default as a comment, and those of `set` as lines that count.
 * What is commented out follows the defaults of later releases.
 */
export function configFileText(set: Partial<Record<SettingName, unknown>> = {}): string {
  const lines = [
    "# Settings of this node. Options and LUCID_* variables come first, then this file, then the defaults.",
    "# `lucid config show --origin` tells where each value comes from.",
  ];
  const sections = new Map<string, string[]>();
  for (const name of Object.keys(settings) as SettingName[]) {
    const { key, summary, fallback, inFile } = settings[name];
    if (!inFile) continue;
    const [section = "", field] = key.split(".");
    const given = set[name];
    const mark = given === undefined ? "#" : "";
    const line = `${mark}${field ?? section}: ${yamlValue(given ?? fallback)}`;
    if (field === undefined) {
      lines.push("", `# ${summary}`, line);
    } else {
      const inside = sections.get(section) ?? [];
      inside.push(`  # ${summary}`, `  ${line}`);
      sections.set(section, inside);
    }
  }
  for (const [section, inside] of sections) lines.push("", `${section}:`, ...inside);
  return `${lines.join("\n")}\n`;
}
