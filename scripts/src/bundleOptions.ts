/** Packages with native files, or that read a file of their own (WebAssembly, package.json), stay outside of a bundle. */
export const unbundledPackages = [
  "classic-level",
  "@mongodb-js/zstd",
  "@chainsafe/blst",
  "@chainsafe/hashtree",
  "snappy",
  "@node-rs/crc32",
  "tiny-secp256k1",
  "@achingbrain/ssdp",
] as const;

/** CommonJS packages inside an ES module bundle call require for Node's own modules. */
export const commonJsBanner =
  'import { createRequire as bundleRequire } from "node:module"; const require = bundleRequire(import.meta.url);';
