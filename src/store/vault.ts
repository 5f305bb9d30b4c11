/**
 * Seals what is private: AES-256-GCM, a fresh nonce each, bound to where it stands so that rows can't be swapped. Two
 * master keys may live at once during a rotation. Also the keyed digests by which sealed things can be found and compared.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'

const NONCE = 12
const TAG = 16
/** Characters below which compressing a raw message costs more than it saves. */
const SMALL = 4_000

interface Key {
  readonly id: string
  readonly seal: Buffer
  readonly digest: Buffer
}

export class Vault {
  readonly #current: Key
  readonly #keys: ReadonlyMap<string, Key>

  /** Throws where the master key is no 32 bytes of base64: nothing may run without it. */
  constructor(master: string, previous?: string) {
    this.#current = keyOf(master)
    const keys = [this.#current, ...(previous ? [keyOf(previous)] : [])]
    this.#keys = new Map(keys.map((key) => [key.id, key]))
  }

  /** `v1.<key id>.<base64>`; `place` must be given again to open it. */
  seal(place: string, text: string): string {
    const nonce = randomBytes(NONCE)
    const cipher = createCipheriv('aes-256-gcm', this.#current.seal, nonce)
    cipher.setAAD(Buffer.from(place))
    const body = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return `v1.${this.#current.id}.${body.toString('base64')}`
  }

  /** Undefined: another key, another place, or tampered with. */
  open(place: string, sealed: string): string | undefined {
    const [version, id, base64] = sealed.split('.')
    const key = this.#keys.get(id ?? '')
    if (version !== 'v1' || !key || !base64) return undefined
    const body = Buffer.from(base64, 'base64')
    if (body.length < NONCE + TAG) return undefined
    const decipher = createDecipheriv('aes-256-gcm', key.seal, body.subarray(0, NONCE))
    decipher.setAAD(Buffer.from(place))
    decipher.setAuthTag(body.subarray(-TAG))
    try {
      return Buffer.concat([decipher.update(body.subarray(NONCE, -TAG)), decipher.final()]).toString('utf8')
    } catch {
      return undefined
    }
  }

  /** A raw message: compressed where that is worth it, then sealed. */
  sealRaw(place: string, text: string): string {
    return this.seal(
      place,
      text.length < SMALL ? `t${text}` : `z${deflateRawSync(Buffer.from(text)).toString('base64')}`,
    )
  }

  openRaw(place: string, sealed: string): string | undefined {
    const packed = this.open(place, sealed)
    if (packed?.startsWith('t')) return packed.slice(1)
    return packed && inflateRawSync(Buffer.from(packed.slice(1), 'base64')).toString('utf8')
  }

  /** Which key seals and digests now. Digests of different keys say nothing about each other. */
  get keyId(): string {
    return this.#current.id
  }

  /** The same text gives the same digest, and nobody without the key can tell which text. 32 hex characters. */
  digest(purpose: string, text: string): string {
    // Cut to half its length, so that nothing can be appended to what was hashed.
    return createHash('sha256').update(this.#current.digest).update(`${purpose}\n${text}`).digest('hex').slice(0, 32)
  }
}

const keyOf = (master: string): Key => {
  const bytes = Buffer.from(master, 'base64')
  if (bytes.length !== 32)
    throw new Error(
      'MASTER_KEY must be 32 bytes in base64: `openssl rand -base64 32`, then `wrangler secret put MASTER_KEY`',
    )
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', bytes, 'cangqiao', purpose, 32))
  return {
    id: createHash('sha256').update(bytes).digest('hex').slice(0, 8),
    seal: derive('seal'),
    digest: derive('digest'),
  }
}

/** Where a sealed thing stands. */
export const places = {
  order: (shopId: string, platformOrderId: string) => `order|${shopId}|${platformOrderId}`,
  raw: (lane: string) => `raw|${lane}`,
  egress: (kind: 'app' | 'shop' | 'warehouse' | 'tracker' | 'alert', id: string) => `egress|${kind}|${id}`,
  /** Of an authorization under way, which travels through a merchant's browser. */
  state: `state|authorization`,
  credentials: (kind: 'app' | 'shop' | 'warehouse' | 'tracker' | 'alert', id: string) => `credentials|${kind}|${id}`,
} as const
