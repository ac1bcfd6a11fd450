/** A process that opens a journal, writes one payout and waits to be killed. */
import { FileMedium } from "../../src/store/journalMedium.js";
import { JournalStore } from "../../src/store/journalStore.js";
import { payoutDoc } from "./fixtures.js";

const store = new JournalStore({ medium: new FileMedium(process.argv[2] ?? "") });
await store.start();
await store.insert(payoutDoc("held"));
process.stdout.write("ready\n");
setInterval(() => undefined, 1000);
