import type { Artifact } from "./artifact.js";

/** A file of the build's output, path relative to the package. */
export interface RenderedFile {
  readonly path: string;
  readonly content: string;
}

/**
 * The files of one artefact: JSON for other tools, and a TypeScript module with the same values for this project, since
 * only a literal `as const` gives typed ABIs and a module survives bundling.
 */
export function renderArtifact(artifact: Artifact): readonly RenderedFile[] {
  const json = JSON.stringify(artifact, undefined, 2);
  const constant = artifact.contractName.charAt(0).toLowerCase() + artifact.contractName.slice(1);
  return [
    { path: `artifacts/${artifact.contractName}.json`, content: `${json}\n` },
    {
      path: `src/artifacts/${constant}.ts`,
      content: `// Made by npm run contracts:build; do not edit.\nexport const ${constant} = ${json} as const;\n`,
    },
  ];
}

/** The one file of a TRON contract: nothing of this project deploys or calls it, so JSON is enough. */
export function renderTronArtifact(artifact: Artifact): RenderedFile {
  const path = `tron/artifacts/${artifact.contractName}.json`;
  return { path, content: `${JSON.stringify(artifact, undefined, 2)}\n` };
}
