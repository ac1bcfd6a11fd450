import { z } from "zod";
import { isAddress } from "./address.js";

export const hex = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`), `must be ${bytes} bytes in hex`);
export const hexBytes = (max: number) =>
  z
    .string()
    .max(max * 2)
    .regex(/^(?:[0-9a-f]{2})*$/, "must be lower-case hex");
export const amountSchema = z.string().regex(/^(0|[1-9][0-9]{0,19})$/, "must be millionths of USDT as a decimal text");
export const addressSchema = z.string().refine(isAddress, "must be a TRON address (T...)");
export const payoutIdSchema = hex(32);
export const time = z.int().min(0);
export const label = z
  .string()
  .min(1)
  .max(128)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, "must not hold control characters");
