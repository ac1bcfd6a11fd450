/** docs/contracts.md from the NatSpec of the Solidity sources. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { artifactOf, contractAddresses, type GenesisContractName } from "@lucid/contracts";
import { repositoryRoot } from "./suites.js";

interface Entry {
  readonly kind: "contract" | "function" | "event" | "error" | "value";
  readonly name: string;
  readonly declaration: string;
  readonly notice: string;
  readonly parameters: readonly string[];
}

const chainSources = join(repositoryRoot, "contracts/src/solidity");
const tronSources = join(repositoryRoot, "contracts/tron");
/** Interfaces beside their contracts: they hold its events and errors. */
const interfaces: Readonly<Record<string, string>> = { LucidAnchors: "ILucidAnchors", NodeRegistry: "INodeRegistry" };
const COMMENT = /^\s*\/\/\/(?: |$)/;
const tronContracts = ["PaidRegistry", "PayoutRouter", "PayoutRouterV0", "PayoutRouterKYC"] as const;

/** What stands in a source under `///`, in order. */
export function natSpecOf(source: string): readonly Entry[] {
  const lines = source.split("\n");
  const entries: Entry[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (!COMMENT.test(lines[i] ?? "")) continue;
    const text: string[] = [];
    for (; COMMENT.test(lines[i] ?? ""); i++) text.push((lines[i] ?? "").replace(COMMENT, "").trim());
    let declaration = "";
    for (; i < lines.length; i++) {
      declaration += ` ${(lines[i] ?? "").replace(/\s\/\/.*$/, "").trim()}`;
      if (/[;{]\s*$/.test(declaration)) break;
    }
    const entry = entryOf(
      tagsOf(text),
      declaration
        .replace(/\s*[;{]\s*$/, "")
        .replace(/\s+/g, " ")
        .trim(),
    );
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

type Tags = readonly (readonly [tag: string, text: string])[];

function tagsOf(lines: readonly string[]): Tags {
  const tags: [string, string][] = [];
  for (const line of lines) {
    const [, tag, rest] = /^@(\w+) (.*)$/.exec(line) ?? [];
    const last = tags.at(-1);
    if (tag !== undefined) tags.push([tag, rest ?? ""]);
    else if (last !== undefined) last[1] += ` ${line}`;
  }
  return tags;
}

function entryOf(tags: Tags, declaration: string): Entry | undefined {
  const all = (tag: string): string[] => tags.filter(([name]) => name === tag).map(([, text]) => text);
  const notice = all("notice").join(" ");
  const parameters = [
    ...all("param").map((text) => text.replace(/^(\w+) (.*)$/, "`$1`: $2")),
    ...all("return").map((text) => `returns: ${text}`),
  ];
  const base = { declaration, notice, parameters };
  const [, word = "", name = ""] =
    /^(abstract contract|contract|interface|function|event|error)\s+(\w+)/.exec(declaration) ?? [];
  if (word.endsWith("contract") || word === "interface") {
    return { ...base, kind: "contract", name, notice: [`${all("title").join(" ")}.`, notice].join(" ") };
  }
  if (word === "function")
    return /\b(external|public)\b/.test(declaration) ? { ...base, kind: "function", name } : undefined;
  if (word === "event" || word === "error") return { ...base, kind: word, name };
  const [, value = ""] =
    /(?:public|constant|immutable)\s+(?:constant\s+|immutable\s+|override\s+)*(\w+)(?:\s*=.*)?$/.exec(declaration) ??
    [];
  return value === "" ? undefined : { ...base, kind: "value", name: value };
}

/** Types of arguments without names and places in memory. */
function signatureOf({ name, declaration }: Entry): string {
  const inside = /\(([^)]*)\)/.exec(declaration)?.[1] ?? "";
  const types = inside
    .split(",")
    .map((argument) =>
      argument
        .trim()
        .split(" ")
        .filter((word) => !["calldata", "memory", "indexed", "payable"].includes(word))
        .join(" "),
    )
    .filter(Boolean);
  return `${name}(${types.join(", ")})`;
}

function section(title: string, entries: readonly Entry[], shown: (entry: Entry) => string): readonly string[] {
  if (entries.length === 0) return [];
  return [
    `**${title}**`,
    "",
    ...entries.map((entry) => {
      const details =
        entry.parameters.length === 0 ? "" : ` (${entry.parameters.map((text) => text.replace(/\.$/, "")).join("; ")})`;
      return `- \`${shown(entry)}\`: ${entry.notice}${details}`;
    }),
    "",
  ];
}

function page(name: string, address: string | undefined, entries: readonly Entry[]): readonly string[] {
  const of = (kind: Entry["kind"]) => entries.filter((entry) => entry.kind === kind);
  const about = of("contract").at(0)?.notice ?? "";
  const writes = of("function").filter(({ declaration }) => !/\b(view|pure)\b/.test(declaration));
  const reads = of("function").filter(({ declaration }) => /\b(view|pure)\b/.test(declaration));
  return [
    `### ${name}`,
    "",
    ...(address === undefined ? [] : [`At \`${address}\`.`, ""]),
    about,
    "",
    ...section("Transactions", writes, signatureOf),
    ...section("Views", reads, signatureOf),
    ...section("Values", of("value"), ({ name: value }) => value),
    ...section("Events", of("event"), signatureOf),
    ...section("Errors", of("error"), signatureOf),
  ];
}

export function contractsPage(): string {
  const read = (folder: string, name: string) => natSpecOf(readFileSync(join(folder, `${name}.sol`), "utf8"));
  const names = Object.keys(contractAddresses) as GenesisContractName[];
  const lines = [
    "# Contracts",
    "",
    "Made by `npm run docs` from the comments in the sources; do not edit. Compiled with " +
      `solc ${artifactOf("LucidAnchors").compiler.split("+")[0]} and OpenZeppelin 5.2.0; \`npm run contracts:build\` makes the artefacts anew, byte for byte.`,
    "",
    "## On the On-System Data Chain",
    "",
    "Part of the genesis at fixed addresses: no owner, no proxy, no upgrade, and no other code ever.",
    "",
    ...names.flatMap((name) => {
      const more = interfaces[name];
      const entries = [...read(chainSources, name), ...(more === undefined ? [] : read(chainSources, more))];
      return page(name, contractAddresses[name], entries);
    }),
    "## On TRON",
    "",
    "Deployed by the operator, for the payout service; compiled for Paris, since the TVM lacks what came later.",
    "",
    ...tronContracts.flatMap((name) => page(name, undefined, read(tronSources, name))),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}
