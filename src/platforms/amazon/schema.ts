/** What is read of Amazon's answers. Fields as in https://github.com/amzn/selling-partner-api-models: ordersV0.json, OrderChangeNotification.json. */
import { z } from 'zod'
import { Amount, all, Id, IsoTime, optional } from '../../wire/values.ts'

const Text = optional(z.string())
const Time = optional(IsoTime)
/** `true` and `false` come as text. */
const Flag = optional(z.union([z.boolean(), z.string()]).transform((value) => String(value).toLowerCase() === 'true'))
const Count = z.int().min(0)
const Money = optional(z.object({ CurrencyCode: z.string().length(3), Amount }))

const Address = z.object({
  ...all(Text, 'Name', 'CompanyName', 'AddressLine1', 'AddressLine2', 'AddressLine3', 'City', 'County', 'District'),
  ...all(Text, 'StateOrRegion', 'Municipality', 'PostalCode', 'CountryCode', 'Phone'),
})
export type Address = z.output<typeof Address>

export const Order = z.looseObject({
  AmazonOrderId: Id,
  LastUpdateDate: IsoTime,
  OrderStatus: z.string(),
  PurchaseDate: IsoTime,
  ...all(Text, 'FulfillmentChannel', 'PaymentMethod', 'MarketplaceId'),
  OrderTotal: Money,
  LatestShipDate: Time,
  ShippingAddress: optional(Address),
})
export type Order = z.output<typeof Order>

export const Item = z.looseObject({
  OrderItemId: Id,
  ...all(Text, 'SellerSKU', 'Title'),
  QuantityOrdered: Count,
  QuantityShipped: optional(Count),
  ItemPrice: Money,
  BuyerRequestedCancel: optional(z.object({ IsBuyerRequestedCancel: Flag })),
})
export type Item = z.output<typeof Item>

export const OrderAnswer = z.object({ payload: Order })
export const Items = z.object({ payload: z.object({ OrderItems: z.array(Item), NextToken: Text }) })
export const RestrictedToken = z.object({ restrictedDataToken: z.string().min(1) })

/** Of a list only who changed and when is read: the rest comes with the order. */
const Listed = z.object({ AmazonOrderId: Id, LastUpdateDate: IsoTime, FulfillmentChannel: Text })
export const List = z.object({ payload: z.object({ Orders: z.array(Listed), NextToken: Text }) })

export const Submission = z.object({
  status: z.string(),
  issues: optional(z.array(z.object({ code: Text, message: Text, severity: Text }))),
})
export const Participations = z.object({
  payload: z.array(z.object({ marketplace: z.object({ id: Id }), storeName: Text })),
})
export const Token = z.object({
  access_token: z.string().min(1),
  refresh_token: Text,
  expires_in: optional(z.coerce.number().int().positive()),
})

export const Received = z.object({
  Messages: optional(z.array(z.object({ ReceiptHandle: z.string().min(1), Body: z.string() }))),
})
export const Deleted = z.object({
  Successful: optional(z.array(z.object({ Id: z.string() }))),
  Failed: optional(z.array(z.object({ Id: z.string(), Code: Text, Message: Text }))),
})

/** Other kinds of notification read as they are, and say nothing to us. */
export const Notification = z.object({
  NotificationType: z.string(),
  EventTime: Time,
  Payload: optional(
    z.object({
      OrderChangeNotification: optional(
        z.object({
          SellerId: Id,
          AmazonOrderId: Id,
          OrderChangeType: Text,
          OrderChangeTrigger: optional(z.object({ TimeOfOrderChange: Time, ChangeReason: Text })),
          Summary: z.object({ ...all(Text, 'OrderStatus', 'FulfillmentType') }),
        }),
      ),
    }),
  ),
})
