/**
 * What the Fulfillment Outbound API and the FBA Inventory API answer, with the fields that are read.
 * https://github.com/amzn/selling-partner-api-models: models/fulfillment-outbound-api-model, models/fba-inventory-api-model
 */
import { z } from 'zod'
import { all, Id, IsoTime, optional } from '../../wire/values.ts'

const list = <Item extends z.ZodType>(item: Item) => z.preprocess((value) => value ?? [], z.array(item))
const Pieces = z.int().nonnegative()

const Head = z.object({
  sellerFulfillmentOrderId: Id,
  fulfillmentOrderStatus: z.string(),
  statusUpdatedDate: IsoTime,
})

const Shipment = z.object({
  amazonShipmentId: Id,
  fulfillmentShipmentStatus: z.string(),
  fulfillmentShipmentItem: list(z.object({ sellerSku: Id, quantity: Pieces, packageNumber: optional(Id) })),
  fulfillmentShipmentPackage: list(
    z.object({
      packageNumber: Id,
      ...all(optional(Id), 'carrierCode', 'trackingNumber', 'amazonFulfillmentTrackingNumber'),
    }),
  ),
})
export type Shipment = z.output<typeof Shipment>

const Whole = z.object({
  fulfillmentOrder: Head,
  fulfillmentOrderItems: list(z.object({ sellerSku: Id, quantity: Pieces })),
  fulfillmentShipments: list(Shipment),
})
export type Whole = z.output<typeof Whole>

export const Found = z.object({ payload: Whole })
export const Listed = z.object({
  payload: z.object({ fulfillmentOrders: list(Head), nextToken: optional(z.string()) }),
})
export type Listed = z.output<typeof Listed>['payload']['fulfillmentOrders'][number]

/** The yes of a call that has nothing to tell. */
export const Plain = z.object({ errors: z.array(z.unknown()).max(0).nullish() })

export const Errors = z.object({
  errors: z
    .array(z.object({ code: z.string(), message: z.string().default(''), details: z.string().nullish() }))
    .min(1),
})

const Details = z.object({
  fulfillableQuantity: Pieces.default(0),
  reservedQuantity: optional(z.object({ pendingCustomerOrderQuantity: Pieces.default(0) })),
})
export const Levels = z.object({
  payload: z.object({ inventorySummaries: list(z.object({ sellerSku: Id, inventoryDetails: Details })) }),
  pagination: optional(z.object({ nextToken: optional(z.string()) })),
})

/** https://developer.amazon.com/docs/login-with-amazon/access-token.html */
export const Token = z.object({
  access_token: z.string().min(1),
  refresh_token: optional(z.string()),
  expires_in: z.int().positive().max(86_400),
})
