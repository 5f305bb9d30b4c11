/** What 快递鸟 pushes and answers. https://apifox.com/apidoc/docs-site/2538027/doc-2283185 (a copy), and two public SDKs. */
import { z } from 'zod'
import { jsonText } from '../../wire/json-text.ts'
import { Id, optional } from '../../wire/values.ts'

const Text = optional(z.string().max(10_000))
const Code = optional(Id)

const Scan = z.object({ AcceptTime: Text, AcceptStation: Text, Location: Text, Action: Code })

/** Oldest scan first. */
export const Parcel = z.object({
  ShipperCode: Id,
  LogisticCode: Id,
  State: Code,
  StateEx: Code,
  Traces: optional(z.array(Scan)),
})
export type Parcel = z.output<typeof Parcel>

/**
 * A push of another kind (107: money of cash on delivery) names parcels without saying how they stand. What a push is, its
 * signed content says: `RequestType` stands outside the signature, where anybody could change it.
 */
const saysNothing = (item: unknown): boolean =>
  typeof item === 'object' && item !== null && !('State' in item) && !('Traces' in item)

const Parcels = z.preprocess(
  (list) => (Array.isArray(list) ? list.filter((item) => !saysNothing(item)) : list),
  z.array(Parcel).max(1_000),
)

export const Push = z.object({ RequestData: jsonText(z.object({ Data: Parcels })) })
export type Push = z.output<typeof Push>
