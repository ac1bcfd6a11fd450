import { settings } from "../config/index.js";
import { NodeError } from "../errors.js";
import type { CommandSpec, OptionSpec } from "./spec.js";
import { globalOptions, specs } from "./specs/index.js";

interface Node {
  /** Words of the command's path below "lucid". */
  readonly path: readonly string[];
  readonly words: readonly string[];
}

function longNames(options: readonly { readonly flags: string }[]): string[] {
  return options.flatMap(({ flags }) => flags.split(/[ ,]+/).filter((part) => part.startsWith("-")));
}

function optionsOf(spec: CommandSpec): readonly (OptionSpec | { flags: string })[] {
  return [...(spec.options ?? []), ...(spec.settings ?? []).map((name) => ({ flags: settings[name].flag }))];
}

function collect(list: readonly CommandSpec[], path: readonly string[], into: Node[]): void {
  for (const spec of list) {
    const here = [...path, spec.name];
    const names = (spec.commands ?? []).map((inner) => inner.name);
    into.push({ path: here, words: [...names, ...longNames(optionsOf(spec)), ...longNames(globalOptions), "--help"] });
    collect(spec.commands ?? [], here, into);
  }
}

function nodes(): readonly Node[] {
  const all: Node[] = [{ path: [], words: [...specs.map((spec) => spec.name), ...longNames(globalOptions), "--help"] }];
  collect(specs, [], all);
  return all;
}

function bash(): string {
  const cases = nodes()
    .map(({ path, words }) => `    "${path.join(" ")}") words="${words.join(" ")}" ;;`)
    .join("\n");
  return `# bash completion of lucid; use: source <(lucid completion bash)
_lucid() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" words="" i word
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    [[ "$word" == -* ]] && continue
    [[ "$word" == "--" ]] && return
    local next="\${path:+$path }$word"
    if _lucid_words "$next"; then path="$next"; fi
  done
  _lucid_words "$path"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$current"))
}
_lucid_words() {
  case "$1" in
${cases}
    *) return 1 ;;
  esac
}
complete -o filenames -F _lucid lucid
`;
}

/** zsh runs the bash function through its own compatibility layer. */
function zsh(): string {
  return `# zsh completion of lucid; use: source <(lucid completion zsh)
autoload -U +X bashcompinit && bashcompinit
${bash()}`;
}

function fish(): string {
  const lines: string[] = ["# fish completion of lucid"];
  const top = specs.map((spec) => spec.name).join(" ");
  for (const spec of specs) {
    lines.push(
      `complete -c lucid -n "not __fish_seen_subcommand_from ${top}" -f -a ${spec.name} -d '${spec.summary.replaceAll("'", "\\'")}'`,
    );
    const inner = spec.commands ?? [];
    const names = inner.map((command) => command.name).join(" ");
    for (const command of inner) {
      lines.push(
        `complete -c lucid -n "__fish_seen_subcommand_from ${spec.name}; and not __fish_seen_subcommand_from ${names}" -f -a ${command.name} -d '${command.summary.replaceAll("'", "\\'")}'`,
      );
    }
    for (const command of [spec, ...inner]) {
      for (const name of longNames(optionsOf(command)).filter((word) => word.startsWith("--"))) {
        lines.push(`complete -c lucid -n "__fish_seen_subcommand_from ${command.name}" -l ${name.slice(2)}`);
      }
    }
  }
  for (const name of longNames(globalOptions)) lines.push(`complete -c lucid -l ${name.slice(2)}`);
  return `${[...new Set(lines)].join("\n")}\n`;
}

/** @throws NodeError USAGE for a shell that is not bash, zsh or fish. */
export function completionScript(shell: string): string {
  if (shell === "bash") return bash();
  if (shell === "zsh") return zsh();
  if (shell === "fish") return fish();
  throw new NodeError({
    code: "USAGE",
    message: `there is no completion for "${shell}"`,
    meta: { fix: "name bash, zsh or fish" },
  });
}
