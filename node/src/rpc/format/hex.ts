/** Lower-case hex with 0x in front; native, since a block's bloom alone is 512 digits. */
export function toHex(bytes: Uint8Array): `0x${string}` {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex")}`;
}

/** An unsigned integer as JSON-RPC writes it: hex, no leading zeros. */
export function quantityHex(value: number | bigint): `0x${string}` {
  return `0x${value.toString(16)}`;
}

/** Big-endian bytes as a quantity; no bytes are zero. */
export function quantityOfBytes(bytes: Uint8Array): `0x${string}` {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start++;
  if (start === bytes.length) return "0x0";
  const digits = toHex(bytes.subarray(start)).slice(2);
  return `0x${digits.startsWith("0") ? digits.slice(1) : digits}`;
}

export function bigintOfBytes(bytes: Uint8Array): bigint {
  return BigInt(quantityOfBytes(bytes));
}
