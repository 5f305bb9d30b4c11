/** The built Worker in the real runtime without the dev proxy, beside a bare echo: `wrangler deploy --dry-run` output under Miniflare. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'

export interface Bindings {
  readonly DB: D1Database
  readonly LANE: {
    getByName(name: string): {
      append(events: readonly unknown[]): Promise<void>
      poke(): Promise<{ backlog: number; jobs: number }>
    }
  }
}

export interface BenchMachine {
  readonly url: string
  readonly echoUrl: string
  readonly masterKey: string
  readonly bindings: Bindings
  stop(): Promise<void>
}

const ROOT = join(import.meta.dirname, '..')
const ECHO = 'export default { async fetch(request) { return new Response(await request.arrayBuffer()) } }'

export const build = (): string => {
  const dist = mkdtempSync(join(tmpdir(), 'cangqiao-dist-'))
  execFileSync('npx', ['wrangler', 'deploy', '--dry-run', '--minify', '--outdir', dist], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return dist
}

export const startMachine = async (
  dist: string,
  ports: { worker: number; echo: number },
  allow: string,
): Promise<BenchMachine> => {
  const persist = mkdtempSync(join(tmpdir(), 'cangqiao-bench-'))
  const masterKey = randomBytes(32).toString('base64')
  const { workerOptions, externalWorkers } = unstable_getMiniflareWorkerOptions(join(ROOT, 'wrangler.toml')) as {
    workerOptions: Record<string, unknown>
    externalWorkers: Record<string, unknown>[]
  }
  const bindings = {
    ...(workerOptions.bindings as object),
    MASTER_KEY: masterKey,
    ADMIN_TOKEN: 'bench',
    OUTBOUND_ALLOW: allow,
  }
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      unsafeTriggerHandlers: true,
      resourcePersistencePath: persist,
      workers: [
        {
          ...workerOptions,
          name: 'cangqiao',
          assets: undefined,
          bindings,
          modulesRoot: dist,
          modules: [{ type: 'ESModule', path: join(dist, 'index.js') }],
          unsafeDirectSockets: [{ host: '127.0.0.1', port: ports.worker }],
        },
        {
          name: 'echo',
          compatibilityDate: '2026-11-02',
          modules: true,
          script: ECHO,
          unsafeDirectSockets: [{ host: '127.0.0.1', port: ports.echo }],
        },
        ...(externalWorkers ?? []),
      ],
    } as never),
  )
  await mf.ready
  const env = (await mf.getBindings('cangqiao')) as unknown as Bindings
  for (const file of readdirSync(join(ROOT, 'migrations'))
    .filter((name) => name.endsWith('.sql'))
    .sort()) {
    const text = readFileSync(join(ROOT, 'migrations', file), 'utf8').replace(/--.*$/gm, '')
    for (const statement of text
      // At the end of a line: a trigger has statements inside.
      .split(/;$/m)
      .map((one) => one.trim())
      .filter(Boolean))
      await env.DB.prepare(statement).run()
  }
  return {
    url: `http://127.0.0.1:${ports.worker}`,
    echoUrl: `http://127.0.0.1:${ports.echo}`,
    masterKey,
    bindings: env,
    stop: async () => {
      await mf.dispose()
      rmSync(persist, { recursive: true, force: true })
    },
  }
}
