/** Why a payout stands where it stands: one sentence, and what to do. `lucid-payout why` prints them. */
export const reasonInfo = {
  WAITING_APPROVAL: ["it waits for an approval", "An approver runs lucid-payout approve ID."],
  WAITING_KYC: [
    "the KYC route needs a compliance signature that is not there",
    "Attach it with lucid-payout kyc ID FILE.",
  ],
  KYC_EXPIRED: [
    "the compliance signature has expired or expires too soon",
    "Ask the compliance signer for a new one and attach it.",
  ],
  CAP_TRANSACTION: [
    "the amount is above the cap of one transaction",
    "Raise the cap in the configuration, or split the payment under new ids.",
  ],
  CAP_DAY: ["the cap of the day is used up", "It goes on tomorrow (UTC) by itself, or raise the cap."],
  CAP_PAYEE: ["the payee's cap of the day is used up", "It goes on tomorrow (UTC) by itself, or raise the cap."],
  DENIED_ADDRESS: ["the payee is on the deny list or not on the allow list", "Change the list, or cancel the payout."],
  PAUSED: ["paying is paused", "lucid-payout resume, when the cause is gone."],
  ROTATING: ["a rotation of the signers drains open payouts first", "It goes on by itself after the rotation."],
  QUEUED: ["as many transactions as may be open are open", "It goes on by itself."],
  NODE_TROUBLE: [
    "the TRON nodes do not answer usefully",
    "Check endpoints, API key and proxy; it is tried again by itself.",
  ],
  NODES_DISAGREE: [
    "two TRON nodes contradict each other",
    "Find out which one lies or lags; nothing is paid again until they agree.",
  ],
  CLOCK_SKEW: ["the local clock is far from the chain's", "Set the clock (NTP)."],
  ROUTER_PAUSED: ["the router is paused", "The pauser unpauses it when the cause is gone."],
  ROUTER_BALANCE: ["the router holds too little USDT", "Send USDT to the router."],
  USDT_PAUSED: ["USDT itself is paused or replaced", "Wait for Tether; see the runbook."],
  BLACKLISTED: [
    "USDT's blacklist holds the router or the payee",
    "See the runbook on blacklisting; do not pay around it.",
  ],
  SIMULATION_REVERTED: [
    "the call would revert",
    "Read the revert text; correct the cause, then lucid-payout retry ID.",
  ],
  TRX_SHORT: [
    "the operator account has too little TRX for energy, bandwidth or the multi-signature fee",
    "Send TRX to the operator account.",
  ],
  SIGNERS_MISSING: ["too few signatures", "Start the remote signers; the payout waits until its transaction expires."],
  SIGNER_REFUSED: ["a signer refused", "Read the signer's log."],
  WAITING_BLOCK: [
    "the transaction was sent and is not in a solidified block yet",
    "It goes on by itself; a block is solid after about a minute.",
  ],
  WAITING_PROOF: [
    "the transaction expired; the proof that it will never be executed is not complete",
    "It goes on by itself when solidified history past the expiration can be read.",
  ],
  ROLLED_BACK: ["the block that held the transaction was rolled back", "It goes on by itself with the same bytes."],
  RECEIPT_MISMATCH: [
    "the transaction succeeded, but its logs do not show exactly this payment",
    "Look at the transaction; lucid-payout show ID names it. Nothing is sent again.",
  ],
  PAID_ELSEWHERE: [
    "the registry on the chain says this id is paid, and no transaction of this journal did it",
    "Find the Paid log of the id; lucid-payout rebuild takes it over.",
  ],
  FOUND_THEN_GONE: [
    "a node showed the transaction as solid and later not at all",
    "A node lies; replace it. The chain decides by itself when nodes agree.",
  ],
  REVERTED: [
    "the transaction was executed and reverted",
    "The cause is in the result; correct it, then lucid-payout retry ID.",
  ],
  OUT_OF_ENERGY: [
    "the transaction ran out of energy",
    "Stake or send TRX; it is tried again by itself with a higher fee limit.",
  ],
  EXPIRED: [
    "the transaction expired without being executed, which is proven",
    "It is tried again by itself while attempts are left.",
  ],
  ATTEMPTS_USED: [
    "as many attempts as the policy allows ended without payment",
    "Correct the cause that the history names, then lucid-payout retry ID.",
  ],
  CANCELLED: ["it was cancelled", "A cancelled payout can be taken up again with lucid-payout retry ID."],
  PROVEN_UNPAID: ["it is proven that no transaction of it can be executed any more", "lucid-payout retry ID pays it."],
  PAID: ["it is paid", "Nothing."],
} as const satisfies Record<string, readonly [string, string]>;

export type ReasonCode = keyof typeof reasonInfo;
export const reasonCodes = Object.keys(reasonInfo) as [ReasonCode, ...ReasonCode[]];
