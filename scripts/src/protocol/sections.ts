import { constantsText } from "./constants.js";
import { answersText, rulesText, seenText } from "./economics.js";
import { domainsText, scheduleText, weightsText } from "./examples.js";
import { capText, figuresText, lossesText, sybilsText } from "./security.js";
import { typesText } from "./types.js";

/** The parts of docs/protocol.md, docs/security-model.md and docs/storage-economics.md that come from the code, by the name in their markers. */
const sections: Readonly<Record<string, () => string>> = {
  constants: constantsText,
  types: typesText,
  domains: domainsText,
  schedule: scheduleText,
  weights: weightsText,
  losses: lossesText,
  cap: capText,
  sybils: sybilsText,
  figures: figuresText,
  rules: rulesText,
  answers: answersText,
  seen: seenText,
};

const MARKED = /(<!-- from the code: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The document with those parts made anew; what stands between them is written by hand. */
export function fillSections(text: string): string {
  return text.replace(MARKED, (_, head: string, name: string, tail: string) => {
    const make = sections[name];
    return make === undefined ? `${head}NO SUCH SECTION\n${tail}` : `${head}${make()}\n${tail}`;
  });
}

export function sectionNames(): string[] {
  return Object.keys(sections);
}

export function markedSections(text: string): string[] {
  return [...text.matchAll(MARKED)].map(([, , name = ""]) => name);
}
