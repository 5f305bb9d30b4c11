/** What the admin's requests carry along, and what answers need of them. */
import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Env } from '../env.ts'
import { Vault } from '../store/vault.ts'
import type { Session } from './auth/session.ts'
import { type Language, type Translate, translator } from './i18n/index.ts'
import type { View } from './view.ts'

export interface AdminEnv {
  Bindings: Env
  Variables: {
    language: Language
    /** Set behind the guard. */
    session: Session
    view: View
  }
}

export type AdminContext = Context<AdminEnv>

const vaults = new WeakMap<D1Database, Vault>()

/** Deriving its keys costs: once per isolate. */
export const vaultOf = ({ env }: Pick<AdminContext, 'env'>): Vault => {
  const vault = vaults.get(env.DB) ?? new Vault(env.MASTER_KEY ?? '', env.MASTER_KEY_PREVIOUS)
  vaults.set(env.DB, vault)
  return vault
}

/** Path and query of this request, for links that come back to it. */
export const pathOf = (c: Context): string => {
  const { pathname, search } = new URL(c.req.url)
  return pathname + search
}

export const bare = (c: AdminContext): { language: Language; t: Translate; path: string } => {
  const language = c.get('language') ?? 'zh'
  return { language, t: translator(language), path: pathOf(c) }
}

type Content = Parameters<typeof html>[1]

export const page = (
  c: AdminContext,
  content: Content,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> => c.html(html`<!doctype html>${content}`, status)
