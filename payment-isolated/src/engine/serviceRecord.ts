import { SERVICE_ID, type ServiceDoc, type SignerSet } from "../domain/documents.js";
import { PayoutError } from "../errors.js";
import type { Store } from "../store/store.js";
import type { EngineConfig } from "./engineConfig.js";

export function newServiceDoc(): ServiceDoc {
  return { _id: SERVICE_ID, rev: 0, kind: "service", fence: 0, openKey: SERVICE_ID, requestKey: SERVICE_ID };
}

export async function ensureService(store: Store): Promise<ServiceDoc> {
  const there = await store.get("service", SERVICE_ID);
  if (there !== undefined) return there;
  await store.insert(newServiceDoc());
  const made = await store.get("service", SERVICE_ID);
  if (made === undefined) throw new PayoutError("INTERNAL", "the service's record is missing");
  return made;
}

export function signersInForce(service: ServiceDoc, config: EngineConfig): SignerSet {
  return service.signers ?? config.operator.signers;
}
