/** Requests and responses as plain data, so that adapters can be pure and fixtures can be files. Header names are lower case. */

/** A request that reached us. The body stays raw bytes: signatures are computed over exactly these. */
export interface WireRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** A call that we make. `safe` means it changes nothing at the partner, so a time-out of it is no *unknown*. */
export interface WireCall {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly safe?: boolean
}

export interface WireResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The body as text; bytes that are no UTF-8 become U+FFFD (a signature is never computed over this). */
export const text = (body: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(body)

export const withHeader = (request: WireRequest, name: string, value: string): WireRequest => ({
  ...request,
  headers: { ...request.headers, [name]: value },
})
