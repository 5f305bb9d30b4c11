/** Where a connection's partner posts to. A shop of a platform with apps has no address of its own: its app has. */
import { platforms } from '../platforms/index.ts'
import { warehouses } from '../warehouses/index.ts'

interface Connection {
  readonly kind: 'app' | 'shop' | 'warehouse' | 'tracker'
  /** The platform's or the warehouse system's id. */
  readonly system: string
  readonly id: string
}

export const pushUrl = (origin: string, { kind, system, id }: Connection): string | undefined => {
  if (kind === 'tracker') return `${origin}/callbacks/${system}/${id}`
  if (kind === 'warehouse') return warehouses[system]?.inbound && `${origin}/callbacks/${system}/${id}`
  return kind === platforms[system]?.scope ? `${origin}/hooks/${system}/${id}` : undefined
}
