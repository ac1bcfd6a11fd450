import { z } from "zod";
import { SERVICE_ID } from "../domain/documents.js";
import { intentSchema } from "../domain/intent.js";
import { label } from "../domain/primitives.js";
import { ensureService, signersInForce } from "../engine/serviceRecord.js";
import { PayoutError } from "../errors.js";
import { planResources } from "../resources/plan.js";
import { requestStaking, resourceStatus } from "../resources/resources.js";
import { acceptSignerFile } from "../rotation/signerFile.js";
import { type RouteSpec, route } from "./route.js";

/** The service itself: state, pause, resources, rotation of its signers. */
export const serviceRoutes: readonly RouteSpec[] = [
  route({
    method: "GET",
    path: "/v1/status",
    role: "auditor",
    summary: "State of the service: lease, what blocks it, counts, signers, rotation.",
    run: async ({ api }) => {
      const service = await ensureService(api.context.store);
      const { paused, lease, rotation, task, lastTask } = service;
      return {
        network: api.network,
        engine: api.engine.status,
        alerts: api.engine.alerts,
        signers: signersInForce(service, api.context.config),
        states: await api.context.store.countStates(),
        ...(paused === undefined ? {} : { paused }),
        ...(lease === undefined ? {} : { lease }),
        ...(rotation === undefined ? {} : { rotation }),
        ...(task === undefined
          ? {}
          : { task: { purpose: task.purpose, type: task.intent.type, text: task.text, txid: task.attempt?.txid } }),
        ...(lastTask === undefined ? {} : { lastTask }),
      };
    },
  }),
  route({
    method: "POST",
    path: "/v1/pause",
    role: "approver",
    summary: "Stop building and sending; watching goes on.",
    body: z.strictObject({ text: label }),
    run: async ({ body, by, api }) => ({ paused: (await api.book.setPaused(by, body.text)).paused }),
  }),
  route({
    method: "POST",
    path: "/v1/resume",
    role: "approver",
    summary: "End a pause.",
    run: async ({ by, api }) => ({ paused: (await api.book.setPaused(by, undefined)).paused ?? null }),
  }),
  route({
    method: "GET",
    path: "/v1/resources",
    role: "auditor",
    summary: "Energy, bandwidth and TRX of the operator account, and what a run of N payouts needs.",
    query: z.strictObject({ payouts: z.coerce.number().int().min(0).max(100_000).default(200) }),
    run: async ({ query, api }) => {
      const status = await resourceStatus(api.context);
      const { staking } = api.context.config;
      return { ...status, alerts: api.engine.alerts, plan: planResources(status, query.payouts, staking) };
    },
  }),
  route({
    method: "POST",
    path: "/v1/resources",
    role: "approver",
    summary: "Stake, unstake or delegate TRX by the operator account's resources permission.",
    body: intentSchema,
    run: async ({ body, by, api }) => {
      await requestStaking(api.context, body, by);
      api.engine.wake();
      return { accepted: true };
    },
  }),
  route({
    method: "POST",
    path: "/v1/rotation",
    role: "approver",
    summary: "Take over the signers of the next epoch from the signer file: drain, change permissions, verify, go on.",
    body: z.strictObject({ file: z.string().max(20_000) }),
    run: async ({ body, api }) => {
      const { config, clock, store } = api.context;
      const { set, file } = acceptSignerFile(
        body.file,
        signersInForce(await ensureService(store), config),
        config.governanceChainId,
      );
      await api.book.updateService((service) => {
        if (service.rotation !== undefined || service.task !== undefined)
          throw new PayoutError("NOT_ALLOWED", "another task is under way");
        if (signersInForce(service, config).epoch + 1 !== set.epoch)
          throw new PayoutError("BAD_ROTATION", "the signers changed in between");
        return {
          ...service,
          ...(file.payoutEpochLength === undefined ? {} : { payoutEpochLength: file.payoutEpochLength }),
          rotation: { to: set, digest: file.digest, startedAt: clock.now() },
        };
      });
      api.engine.wake();
      return { accepted: true, epoch: set.epoch, id: SERVICE_ID };
    },
  }),
];
