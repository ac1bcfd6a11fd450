import { computeAddress, SigningKey } from "ethers";
import { addressFromHex } from "../../src/domain/address.js";
import { sha } from "./fixtures.js";

export interface TestKey {
  readonly privateKey: Uint8Array;
  readonly address: string;
}

export function keyOf(name: string): TestKey {
  const privateKey = Buffer.from(sha(`key ${name}`), "hex");
  const address = addressFromHex(computeAddress(new SigningKey(privateKey).publicKey).slice(2));
  return { privateKey, address };
}
