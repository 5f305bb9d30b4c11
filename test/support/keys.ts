/** Credentials for tests of adapters: made from the schemas, so that most need no entry of their own. */
import type { Platform } from '../../src/platforms/platform.ts'
import type { Warehouse } from '../../src/warehouses/warehouse.ts'
import type { Fields } from '../../src/wire/adapter.ts'

/** What `fixtures/connection.json` may say, where a credential must be of a certain form. */
export interface Stored {
  readonly app?: Fields
  readonly shop?: Fields
  /** Other secrets of the right form, for the test that refuses them. */
  readonly wrong?: Fields
  readonly settings?: Record<string, unknown>
  /** Of a warehouse. */
  readonly credentials?: Fields
}

export const fieldsOf = (
  schema: { readonly shape: object } | undefined,
  stored: Fields = {},
  suffix = '-test',
): Fields => ({
  ...Object.fromEntries(Object.keys(schema?.shape ?? {}).map((field) => [field, field + suffix])),
  ...stored,
})

/** Whose credentials sign a platform's pushes. */
export const hookFields = ({ scope, credentials }: Platform, { app, shop }: Stored): Fields =>
  scope === 'app' ? fieldsOf(credentials.app, app) : fieldsOf(credentials.shop, shop)

export const callbackFields = ({ credentials }: Warehouse, stored: Stored): Fields =>
  fieldsOf(credentials, stored.credentials)
