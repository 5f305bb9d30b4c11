/** A browser as the admin pages see one: keeps its cookies, sends its forms from the page it has open. */
import { exports } from 'cloudflare:workers'
import { expect } from 'vitest'
import { ADMIN } from './api-support.ts'

const worker = (exports as unknown as { readonly default: Fetcher }).default

export interface Page {
  readonly status: number
  readonly headers: Headers
  readonly html: string
  /** Where it leads. */
  readonly location: string
}

export interface Options {
  readonly origin?: string
  readonly headers?: Readonly<Record<string, string>>
}

export class Browser {
  readonly origin: string
  readonly address: string
  readonly cookies = new Map<string, string>()

  constructor({ origin = 'https://router.test', address = '192.0.2.1' } = {}) {
    this.origin = origin
    this.address = address
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.#send(path, { method: 'GET', headers })
  }

  async post(path: string, fields: Readonly<Record<string, string>>, options: Options = {}): Promise<Page> {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      origin: options.origin ?? this.origin,
      ...options.headers,
    }
    return this.#send(path, { method: 'POST', headers, body: new URLSearchParams(fields).toString() })
  }

  /** Sends the form with the token of the page it stands on. */
  async submit(path: string, fields: Readonly<Record<string, string>>, from = '/admin'): Promise<Page> {
    const { html } = await this.get(from)
    return this.post(path, { csrf: csrfIn(html), ...fields })
  }

  async signIn(token = ADMIN): Promise<Page> {
    return this.post('/admin/sign-in', { token })
  }

  async #send(path: string, init: RequestInit): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...init.headers, 'cf-connecting-ip': this.address, ...(cookie && { cookie }) }
    const response = await worker.fetch(
      new Request(`${this.origin}${path}`, { ...init, headers, redirect: 'manual' } as RequestInit),
    )
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    return {
      status: response.status,
      headers: response.headers,
      html: await response.text(),
      location: response.headers.get('location') ?? '',
    }
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (/max-age=0/i.test(line)) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

export const csrfIn = (html: string): string => /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? ''

/** A browser that has signed in with this token. */
export const signedIn = async (token = ADMIN, options: { address?: string } = {}): Promise<Browser> => {
  const browser = new Browser(options)
  const page = await browser.signIn(token)
  expect([page.status, page.location]).toEqual([303, '/admin'])
  return browser
}

/** What stands on the page, without its tags. */
export const textOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
