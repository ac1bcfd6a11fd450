/** Copied from the contracts' artefacts (a test compares): this package imports none of them. */
export const routerV0Abi = [
  "function disburse(bytes32 payoutId, address to, uint256 amount)",
  "function paused() view returns (bool)",
  "event Paid(bytes32 indexed payoutId, address indexed to, uint256 amount)",
];

export const routerKycAbi = [
  "function disburseKYC(bytes32 payoutId, address to, uint256 amount, bytes32 kycHash, uint64 expiry, bytes32 nonce, bytes signature)",
  "function paused() view returns (bool)",
  "event Paid(bytes32 indexed payoutId, address indexed to, uint256 amount)",
];

export const paidRegistryAbi = ["function paid(bytes32 payoutId) view returns (bool)"];

/** What is used of Tether's contract on TRON (TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t). */
export const usdtAbi = [
  "function balanceOf(address who) view returns (uint256)",
  "function transfer(address to, uint256 value) returns (bool)",
  "function paused() view returns (bool)",
  "function deprecated() view returns (bool)",
  "function getBlackListStatus(address maker) view returns (bool)",
  "function basisPointsRate() view returns (uint256)",
  "function maximumFee() view returns (uint256)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
];
