/** Child processes of `npm start`, the chaos run and the screenshots: started in groups of their own, stopped by their id. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')

export interface Running {
  readonly child: ChildProcess
  /** SIGTERM, then SIGKILL after five seconds; resolves once it has ended. */
  stop(): Promise<void>
  /** kill -9 of the whole group, as a power cut would. */
  kill(): Promise<void>
}

export const run = (
  command: string,
  args: readonly string[],
  options: { env?: Record<string, string>; onLine?: (line: string) => void } = {},
): Running => {
  const child = spawn(command, args, {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) options.onLine?.(line)
    })
  }
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    try {
      process.kill(-child.pid, name)
    } catch {
      child.kill(name)
    }
  }
  return {
    child,
    stop: async () => {
      signal('SIGTERM')
      const timer = setTimeout(() => signal('SIGKILL'), 5000)
      await ended
      clearTimeout(timer)
    },
    kill: async () => {
      signal('SIGKILL')
      await ended
    },
  }
}

/** Asks until the answer is an HTTP status below 500, or gives up. */
export const untilReady = async (url: string, seconds: number): Promise<void> => {
  for (let i = 0; i < seconds * 5; i++) {
    const ok = await fetch(url, { redirect: 'manual' }).then(
      (response) => response.status < 500,
      () => false,
    )
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`${url} did not answer within ${seconds} s`)
}

/** Secrets for local runs: made once, kept in `.dev.vars`, which git ignores. */
export const devVars = (path: string, extra: Readonly<Record<string, string>>): Record<string, string> => {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const known = Object.fromEntries(
    text.split('\n').flatMap((line) =>
      line.includes('=')
        ? [
            [
              line.slice(0, line.indexOf('=')).trim(),
              line
                .slice(line.indexOf('=') + 1)
                .trim()
                .replace(/^"|"$/g, ''),
            ],
          ]
        : [],
    ),
  )
  const vars = {
    MASTER_KEY: randomBytes(32).toString('base64'),
    ADMIN_TOKEN: `cq_${randomBytes(24).toString('base64url')}`,
    ...known,
    ...extra,
  }
  writeFileSync(
    path,
    `${Object.entries(vars)
      .map(([name, value]) => `${name}="${value}"`)
      .join('\n')}\n`,
    { mode: 0o600 },
  )
  return vars
}

const WRANGLER_ENV = {
  WRANGLER_SEND_METRICS: 'false',
  CI: '1',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  X_LOCAL_OBSERVABILITY: 'false',
  X_LOCAL_EXPLORER: 'false',
}

export const wrangler = (args: readonly string[], onLine?: (line: string) => void): Running =>
  run(join(ROOT, 'node_modules/.bin/wrangler'), args, { env: WRANGLER_ENV, ...(onLine && { onLine }) })

/** Runs to its end; throws with what it said if it fails. */
export const finished = async (args: readonly string[]): Promise<string> => {
  const lines: string[] = []
  const { child } = wrangler(args, (line) => lines.push(line))
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`wrangler ${args.join(' ')} failed:\n${lines.join('\n')}`)
  return lines.join('\n')
}

/** The Worker by `wrangler dev`, with its data under `persist`; `vars` win over those of `.dev.vars`. */
export const startWorker = (
  port: number,
  persist: string,
  onLine?: (line: string) => void,
  vars: Readonly<Record<string, string>> = {},
): Running => {
  const own = Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`])
  const place = ['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0', '--persist-to', persist]
  return wrangler(['dev', ...place, '--show-interactive-dev-session=false', '--log-level', 'warn', ...own], onLine)
}

export const startSandbox = (port: number, data: string, onLine?: (line: string) => void): Running =>
  run(
    process.execPath,
    [join(ROOT, 'sandbox/main.ts'), '--port', String(port), '--data', data],
    onLine ? { onLine } : {},
  )
