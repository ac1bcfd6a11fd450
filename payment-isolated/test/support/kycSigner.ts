import { SigningKey } from "ethers";
import type { TestKey } from "./keys.js";

/** 65 bytes r, s, v in hex without 0x. */
export function signDigest(digest: string, key: TestKey): string {
  return new SigningKey(key.privateKey).sign(digest).serialized.slice(2);
}
