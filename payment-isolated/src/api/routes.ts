/** Every call of the HTTP API in one table: the server, the OpenAPI document and docs/payout-api.md are made from it. */
import { distributionRoutes } from "./distributionRoutes.js";
import { payoutRoutes } from "./payoutRoutes.js";
import type { RouteSpec } from "./route.js";
import { serviceRoutes } from "./serviceRoutes.js";

export const apiRoutes: readonly RouteSpec[] = [...payoutRoutes, ...distributionRoutes, ...serviceRoutes];
