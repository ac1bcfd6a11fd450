import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { addressSchema, hex, label } from "../domain/primitives.js";
import { engineConfigSchema } from "../engine/engineConfig.js";
import { messageOf, PayoutError } from "../errors.js";

/** The id of mainnet's genesis block: on this network paying needs a flag. */
export const MAINNET_GENESIS = "00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc";

const path = z.string().min(1).max(4096);
const proxy = z.string().regex(/^socks5h?:\/\/[^@\s]+$/, "must be socks5h://HOST:PORT");

export const serviceConfigSchema = z.strictObject({
  network: z.strictObject({
    name: label,
    /** The first node is only believed to be of this network when its block 0 has this id. */
    genesisId: hex(32),
  }),
  nodes: z
    .array(
      z.strictObject({
        url: z.url(),
        apiKeyFile: path.optional(),
        timeoutMs: z.int().min(100).max(120_000).optional(),
      }),
    )
    .min(1)
    .max(8),
  proxy: proxy.optional(),
  engine: engineConfigSchema,
  store: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("journal"), maxDocuments: z.int().min(1).max(10_000_000).optional() }),
      z.strictObject({ kind: z.literal("mongodb"), uriFile: path, database: label }),
    ])
    .default({ kind: "journal" }),
  api: z
    .strictObject({
      socket: path.default("api.sock"),
      host: z.string().max(200).optional(),
      port: z.int().min(1).max(65_535).optional(),
    })
    .prefault({}),
  signers: z
    .array(
      z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("vault"), name: label, keystore: path, passphraseFile: path }),
        z.strictObject({
          kind: z.literal("remote"),
          name: label,
          address: addressSchema,
          socket: path.optional(),
          url: z.url().optional(),
          proxy: proxy.optional(),
          tokenFile: path.optional(),
          timeoutMs: z
            .int()
            .min(100)
            .max(24 * 3600_000)
            .optional(),
        }),
      ]),
    )
    .max(6)
    .default([])
    .refine(
      (signers) => signers.filter(({ kind }) => kind === "vault").length <= 1,
      "the service holds at most one key",
    ),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
});
export type ServiceConfig = z.infer<typeof serviceConfigSchema>;

/** @throws PayoutError FILE_UNREADABLE, CONFIG_INVALID naming the field */
export function loadConfig(file: string): ServiceConfig {
  let value: unknown;
  try {
    value = parse(readText(file), { maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof PayoutError) throw error;
    throw new PayoutError("CONFIG_INVALID", `${file} is no YAML: ${messageOf(error).split("\n")[0]}`);
  }
  const parsed = serviceConfigSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new PayoutError("CONFIG_INVALID", `${file}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  const base = dirname(file);
  const config = parsed.data;
  const at = (name: string) => (isAbsolute(name) ? name : join(base, name));
  return {
    ...config,
    nodes: config.nodes.map((node) =>
      node.apiKeyFile === undefined ? node : { ...node, apiKeyFile: at(node.apiKeyFile) },
    ),
    store: config.store.kind === "mongodb" ? { ...config.store, uriFile: at(config.store.uriFile) } : config.store,
    api: { ...config.api, socket: at(config.api.socket) },
    signers: config.signers.map((signer) =>
      signer.kind === "vault"
        ? { ...signer, keystore: at(signer.keystore), passphraseFile: at(signer.passphraseFile) }
        : {
            ...signer,
            ...(signer.socket === undefined ? {} : { socket: at(signer.socket) }),
            ...(signer.tokenFile === undefined ? {} : { tokenFile: at(signer.tokenFile) }),
          },
    ),
  };
}

/** @throws PayoutError FILE_UNREADABLE */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new PayoutError("FILE_UNREADABLE", `${file}: ${(error as NodeJS.ErrnoException).code ?? "cannot be read"}`);
  }
}

/** The first line of a file with a secret. */
export function readSecret(file: string): string {
  return readText(file).split(/\r?\n/)[0] ?? "";
}
