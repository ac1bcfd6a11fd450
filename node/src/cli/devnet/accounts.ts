import { type DerivedAccount, deriveAccount, mnemonicToSeed } from "@lucid/storage";

/** The mnemonic whose accounts every Ethereum tool knows; what it opens belongs to everybody. */
export const TEST_MNEMONIC = "test test test test test test test test test test test junk";
const ACCOUNTS = 10;

/** The first ten accounts of the test mnemonic. */
export async function testAccounts(): Promise<readonly DerivedAccount[]> {
  const seed = await mnemonicToSeed(TEST_MNEMONIC);
  return Array.from({ length: ACCOUNTS }, (_, index) => deriveAccount(seed, index));
}
