/** Forms that many routes share. */
import { z } from 'zod'
import { BadCursor, type Page, type PageRequest } from '../store/read.ts'
import { invalid, ok, type Reply } from './problem.ts'

export const Id = z.string().min(1).max(200)
export const Name = z.string().trim().min(1).max(100)
export const Time = z.int().describe('UTC milliseconds')
export const Sku = z.string().trim().min(1).max(100).describe("The merchant's own code")

/** Left out where the token is of one merchant. */
export const MerchantId = Id.optional().describe('Whose; a token of one merchant may leave it out')

export const Paging = {
  limit: z.coerce.number().int().min(1).max(200).optional().describe('At most 200; default 50'),
  cursor: z.string().max(2000).optional().describe('`nextCursor` of the page before'),
}
export const Listing = z.strictObject({ merchantId: MerchantId, ...Paging })
export const Only = z.strictObject({ merchantId: MerchantId })

export const pageOf = (item: z.ZodType) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable().describe('Null: this was the last page') })

/** A page, or the refusal of its cursor. */
export const pageReply = async <T>(
  request: PageRequest,
  load: (page: PageRequest) => Promise<Page<T>>,
): Promise<Reply> => {
  try {
    return ok(await load({ limit: request.limit, cursor: request.cursor }))
  } catch (error) {
    if (!(error instanceof BadCursor)) throw error
    return invalid(
      'cursor',
      'is no cursor of this list',
      'Send nextCursor of the page before as it came, or none to begin',
    )
  }
}

export const Flag = z.enum(['true', 'false']).transform((text) => text === 'true')
