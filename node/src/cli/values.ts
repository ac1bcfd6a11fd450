import { InvalidArgumentError } from "commander";
import { parseSize } from "../config/index.js";
import { parseLucid, parseSessionId } from "./format.js";
import type { ValueParser } from "./spec.js";

/** Parsers of option values; the text of their errors ends the sentence "option X is invalid:". */

export function integer(minimum: number, maximum: number): ValueParser {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`it must be a whole number from ${minimum} to ${maximum}`);
    }
    return value;
  };
}

export const byteSize =
  (minimum: number, maximum: number, range: string): ValueParser =>
  (text) => {
    const bytes = parseSize(text);
    if (bytes === undefined || bytes < minimum || bytes > maximum) {
      throw new InvalidArgumentError(`it must be a size from ${range}, such as 256KiB`);
    }
    return bytes;
  };

export const lucidAmount: ValueParser = (text) => {
  const wei = parseLucid(text);
  if (wei === undefined) throw new InvalidArgumentError("it must be an amount of LUCID, such as 1.5");
  return wei;
};

export const sessionIdText: ValueParser = (text) => {
  if (parseSessionId(text) === undefined) {
    throw new InvalidArgumentError("it must be a session id, such as 1b4e28ba-2fa1-4d3b-883f-0016d3cca427");
  }
  return text;
};

export const address: ValueParser = (text) => {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) throw new InvalidArgumentError("it must be 0x and 40 hex digits");
  return text;
};

export const signature: ValueParser = (text) => {
  if (!/^0x[0-9a-fA-F]{130}$/.test(text)) throw new InvalidArgumentError("it must be 0x and 130 hex digits");
  return text;
};

export const hash: ValueParser = (text) => {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new InvalidArgumentError("it must be 0x and 64 hex digits");
  return text;
};

/** A media type such as video/webm, without parameters (RFC 6838). */
export const mediaType: ValueParser = (text) => {
  if (/^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/i.test(text)) return text;
  throw new InvalidArgumentError("it must be a media type, such as video/webm");
};
