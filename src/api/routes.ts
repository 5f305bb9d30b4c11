/** Every route of the API. The document and the router are both made from this list. */
import type { Route } from './call.ts'
import { alerts } from './resources/alerts.ts'
import { apps } from './resources/apps.ts'
import { bundles } from './resources/bundles.ts'
import { deliveries } from './resources/deliveries.ts'
import { doctor } from './resources/doctor.ts'
import { exceptions } from './resources/exceptions.ts'
import { fulfillments } from './resources/fulfillments.ts'
import { health } from './resources/health.ts'
import { jobs } from './resources/jobs.ts'
import { listings } from './resources/listings.ts'
import { merchants } from './resources/merchants.ts'
import { operations } from './resources/operations.ts'
import { orders } from './resources/orders.ts'
import { platforms } from './resources/platforms.ts'
import { shops } from './resources/shops.ts'
import { skus } from './resources/skus.ts'
import { stock } from './resources/stock.ts'
import { tokens } from './resources/tokens.ts'
import { trackers } from './resources/trackers.ts'
import { warehouses } from './resources/warehouses.ts'

export const routes: readonly Route[] = [
  ...merchants,
  ...apps,
  ...shops,
  ...warehouses,
  ...trackers,
  ...skus,
  ...listings,
  ...bundles,
  ...stock,
  ...orders,
  ...fulfillments,
  ...exceptions,
  ...operations,
  ...jobs,
  ...deliveries,
  ...health,
  ...tokens,
  ...doctor,
  ...platforms,
  ...alerts,
]
