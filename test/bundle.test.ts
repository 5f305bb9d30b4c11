import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const dist = mkdtempSync(join(tmpdir(), 'cangqiao-bundle-'))
afterAll(() => rmSync(dist, { recursive: true }))

it('builds offline into at most 600 KiB, gzipped', () => {
  const wrangler = join(ROOT, 'node_modules/.bin/wrangler')
  const said = execFileSync(wrangler, ['deploy', '--dry-run', '--minify', '--outdir', dist], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  expect(said).toContain('env.LANE (Lane)')
  expect(gzipSync(readFileSync(join(dist, 'index.js'))).length / 1024).toBeLessThanOrEqual(600)
})
