/**
 * `npm run deploy`: creates or finds the database and the queues, applies migrations, sets missing secrets, deploys.
 * `npm run deploy -- --dry-run` builds and shows what would be deployed, without a login and offline. docs: README.
 */

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { finished, ROOT } from './processes.ts'

const CONFIG = join(ROOT, 'wrangler.toml')
const PLACEHOLDER = '00000000-0000-0000-0000-000000000000'
const DATABASE = 'cangqiao'
const QUEUES = ['cangqiao-dispatch', 'cangqiao-writeback', 'cangqiao-stock', 'cangqiao-dead']

const say = (text: string): void => console.log(text)

const database = async (): Promise<void> => {
  const config = readFileSync(CONFIG, 'utf8')
  if (!config.includes(PLACEHOLDER)) return say(`database: as named in wrangler.toml`)
  const find = async (): Promise<string | undefined> => {
    const list = JSON.parse(await finished(['d1', 'list', '--json'])) as { name: string; uuid: string }[]
    return list.find((item) => item.name === DATABASE)?.uuid
  }
  let id = await find()
  if (id === undefined) {
    const region = process.env.D1_LOCATION ?? 'apac'
    await finished(['d1', 'create', DATABASE, '--location', region])
    id = await find()
    say(`database: created in ${region}`)
  }
  if (id === undefined) throw new Error('the database was created but is not in the list; run the command again')
  writeFileSync(CONFIG, config.replace(PLACEHOLDER, id))
  say(`database: ${id}, written into wrangler.toml (commit that line)`)
}

const queues = async (): Promise<void> => {
  const list = await finished(['queues', 'list'])
  for (const queue of QUEUES) {
    if (list.includes(queue)) continue
    await finished(['queues', 'create', queue])
    say(`queue: created ${queue}`)
  }
}

/** Secrets are made here only where none is set: a new MASTER_KEY over an old one would close everything sealed with it. */
const secrets = async (): Promise<void> => {
  const set = await finished(['secret', 'list', '--format', 'json'])
  const made: [name: string, value: string][] = [
    ['MASTER_KEY', randomBytes(32).toString('base64')],
    ['ADMIN_TOKEN', `cq_${randomBytes(24).toString('base64url')}`],
  ]
  for (const [name, value] of made) {
    if (set.includes(`"${name}"`)) continue
    const put = spawnSync(join(ROOT, 'node_modules/.bin/wrangler'), ['secret', 'put', name], {
      cwd: ROOT,
      input: value,
      encoding: 'utf8',
    })
    if (put.status !== 0) throw new Error(`setting ${name} failed: ${put.stderr}`)
    say(
      `secret ${name}: set.${name === 'MASTER_KEY' ? ' Keep a copy where you keep passwords; without it nothing sealed can be opened:' : ' Sign in to /admin with it:'}\n  ${value}`,
    )
  }
}

if (process.argv.includes('--dry-run')) {
  say(await finished(['deploy', '--dry-run', '--minify', '--outdir', 'dist']))
} else {
  await database()
  await queues()
  say(await finished(['d1', 'migrations', 'apply', DATABASE, '--remote']))
  say(await finished(['deploy', '--minify']))
  await secrets()
  say('done. Open /admin on the address above.')
}
