import { randomBytes } from "node:crypto";

/** 128 random bits as a quantity: whoever does not know the id of a filter or subscription cannot guess it. */
export function randomId(): `0x${string}` {
  const digits = randomBytes(16).toString("hex");
  return `0x${digits.replace(/^0+(?=.)/, "")}`;
}
