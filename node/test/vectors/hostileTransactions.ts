/** Inputs that a reader of RLP gets wrong when it is careless; kept, and tried on every run. */
export const hostileSeeds: readonly string[] = [
  "0x",
  "0x00",
  "0x01",
  "0x02",
  "0xc0",
  "0x02c0",
  // List that claims more than there is, by one byte, by four, by eight.
  "0xc1",
  "0xf8ff",
  "0xfbffffffff",
  "0xffffffffffffffffff",
  "0x02fbffffffff00",
  // Lengths that are not minimal, or have leading zeros.
  "0xf801c0",
  "0xf90001c0",
  "0x02f80180",
  // A byte below 0x80 in the long form, a string of length 1 that is such a byte.
  "0xc28100",
  "0xc3b80100",
  // Nonce, gas or value with leading zeros, and of 33 bytes.
  "0x02f0830000018080808080808080c0808080",
  "0xe2a1010000000000000000000000000000000000000000000000000000000000000000",
  // A recipient of 19 and of 21 bytes.
  "0xd98080809300000000000000000000000000000000000000",
  "0xdb8080809500000000000000000000000000000000000000000000",
  // A string where the access list should be, a list where a string should be.
  "0x02cb018080808080808080808080",
  "0x02cbc0808080808080c0808080",
  // Access list with an address of 19 bytes, with a key of 31 bytes, with three parts.
  "0x02e101808080808080d5d4930000000000000000000000000000000000000000c0808080",
  "0x01f84601808080808080f7f694000000000000000000000000000000000000000000e09f00000000000000000000000000000000000000000000000000000000000000808080",
  // Something after the end.
  "0x02cb0180808080808080c080808000",
  // Blob and set-code transactions.
  "0x03c0",
  "0x04c0",
];
