/**
 * The reading side of the store, for the API and the pages. Every query names its merchant in its WHERE: what belongs to
 * another one is not there. Nothing here gives out a secret or a buyer's data in the clear.
 */

export { BadCursor, type Page, type PageRequest } from './page.ts'
export * from './read/alerts.ts'
export * from './read/connections.ts'
export * from './read/exceptions.ts'
export * from './read/goods.ts'
export * from './read/health.ts'
export * from './read/order-view.ts'
export * from './read/orders.ts'
export * from './read/shipments.ts'
export * from './read/stock.ts'
