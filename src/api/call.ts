/** What a route is: a description, from which both the handler and its part of the OpenAPI document are made. */
import type { z } from 'zod'
import type { Env } from '../env.ts'
import type { Config } from '../flow/config.ts'
import type { Role } from '../store/read.ts'
import type { Db } from '../store/rows.ts'
import type { Vault } from '../store/vault.ts'
import type { Reply } from './problem.ts'

export interface Caller {
  /** The token's id; `admin` for `ADMIN_TOKEN`. */
  readonly id: string
  /** Stands on timelines as `operator:<name>`. */
  readonly name: string
  readonly role: Role
  /** Null: every merchant. */
  readonly merchantId: string | null
}

export interface Call<Query = unknown, Body = unknown> {
  readonly env: Env
  readonly db: Db
  readonly vault: Vault
  readonly config: Config
  readonly caller: Caller
  /** Whose data this call is about; every query names it. Empty only where the route's scope is `none`. */
  readonly merchantId: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  /** `https://host`, as the caller reached us. */
  readonly origin: string
  readonly now: number
  /** Names what this call does. A repeat with the same Idempotency-Key has the same. */
  readonly commandId: string
  /** `<prefix>_<random>`; a repeat with the same Idempotency-Key gets the same ids in the same order. */
  readonly newId: (prefix: string) => string
  /** Goes on after the answer. */
  readonly later: (work: Promise<unknown>) => void
}

/** Finds the merchant of the thing that a path names; undefined: there is no such thing. */
export type OwnerOf = (db: Db, params: Readonly<Record<string, string>>) => Promise<string | undefined>

/**
 * `none`: the call is about no merchant · `merchant`: the one in `merchantId` of query or body, else the token's ·
 * a function: the one whose thing the path names.
 */
export type Scope = 'none' | 'merchant' | OwnerOf

export interface Route<Query = unknown, Body = unknown> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Under `/api/v1`, with `{param}`. */
  readonly path: string
  readonly summary: string
  /** The least role that may call it. */
  readonly role: Role
  readonly scope: Scope
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly answers: Readonly<Record<number, z.ZodType | null>>
  /** What `If-Match` is compared with, by the entity tag of its answer. */
  readonly current?: (call: Call) => Promise<Reply>
  readonly run: (call: Call<Query, Body>) => Promise<Reply>
}

interface Typed<Query extends z.ZodObject, Body extends z.ZodType> extends Route<z.output<Query>, z.output<Body>> {
  readonly query?: Query
  readonly body?: Body
}

/**
 * Gives `run` the types of what the runner has checked. The table of routes can't hold each one's own types; the cast
 * is sound because the runner parses query and body by these very schemas before it calls `run`.
 */
export const route = <Query extends z.ZodObject = z.ZodObject, Body extends z.ZodType = z.ZodUnknown>(
  spec: Typed<Query, Body>,
): Route => spec as unknown as Route

export const param = (call: Pick<Call, 'params'>, name: string): string => call.params[name] ?? ''

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, owner: 2 }
export const mayAs = (caller: Caller, least: Role): boolean => RANK[caller.role] >= RANK[least]
