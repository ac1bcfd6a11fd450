/** What is used of the contracts, copied from their artefacts (a test compares): this package imports none of them. */
const routerAbi = [
  "function paused() view returns (bool)",
  "event Paid(bytes32 indexed payoutId, address indexed to, uint256 amount)",
  "error NotDisburser(address caller)",
  "error BadPayee(address to)",
  "error BadAmount(uint256 amount, uint256 maxAmount)",
  "error TransferFailed(uint256 before, uint256 left, uint256 amount)",
  "error EnforcedPause()",
];

/** Of the registry, passed on by the routers. */
const registryErrors = ["error AlreadyPaid(bytes32 payoutId)", "error NotRouter(address caller)"];

export const routerV0Abi = [
  "function disburse(bytes32 payoutId, address to, uint256 amount)",
  ...routerAbi,
  ...registryErrors,
];

export const routerKycAbi = [
  "function disburseKYC(bytes32 payoutId, address to, uint256 amount, bytes32 kycHash, uint64 expiry, bytes32 nonce, bytes signature)",
  ...routerAbi,
  ...registryErrors,
  "error ConsentExpired(uint64 expiry)",
  "error NonceUsed(bytes32 nonce)",
  "error BadComplianceSignature()",
];

export const paidRegistryAbi = ["function paid(bytes32 payoutId) view returns (bool done)", ...registryErrors];

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
