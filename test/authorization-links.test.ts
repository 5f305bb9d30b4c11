/** The link that a merchant opens: it names the app, brings the state back, and carries no secret. */
import { describe, expect, it } from 'vitest'
import { platforms } from '../src/platforms/index.ts'
import type { Connection } from '../src/wire/adapter.ts'

const REDIRECT = 'https://router.test/admin/authorizations/callback'
const STATE = 'state-_1'

const linked = Object.values(platforms).flatMap((platform) => {
  const { link } = platform.authorization ?? {}
  return link ? [{ id: platform.id, platform, link }] : []
})

/** Where the way back is entered in the platform's console, and the link names it by another name or not at all. */
const IN_CONSOLE = ['douyin', 'ebay', 'tiktok']

describe.each(linked)('$id', ({ platform, link }) => {
  const credentials = Object.fromEntries(
    Object.keys(platform.credentials.app?.shape ?? {}).map((field) => [field, `${field}-test`]),
  )
  const { baseUrl } = platform
  const app: Connection = {
    id: 'app-1',
    baseUrl,
    credentials,
    app: credentials,
    settings: {},
    now: 0,
    nonce: 'nonce-1',
  }
  const url = new URL(link(app, STATE, REDIRECT))

  it('leads to a page of the platform, and back to us', () => {
    expect(url.protocol).toBe('https:')
    // Shopee has no parameter for a state: it stands in the way back.
    const said = [...url.searchParams.values()].join(' ')
    expect(said).toContain(STATE)
    expect(said.includes(REDIRECT)).toBe(!IN_CONSOLE.includes(platform.id))
  })
  it('names the app and none of its secrets', () => {
    const shown = Object.entries(credentials).filter(([, value]) => url.href.includes(value))
    expect(shown.length).toBeGreaterThan(0)
    for (const [field] of shown) expect(field).not.toMatch(/secret|messageKey/i)
  })
})
