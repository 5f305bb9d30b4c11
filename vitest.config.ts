import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const migrations = join(import.meta.dirname, 'migrations')

/** Two projects: most tests run in Node; those under test/worker run inside the Workers runtime, at 1.2 s a file. */
export default defineConfig(async () => ({
  cacheDir: '.cache/vite',
  test: {
    passWithNoTests: true,
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/worker/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                MASTER_KEY: Buffer.from('cangqiao-test-master-key-32bytes').toString('base64'),
                ADMIN_TOKEN: 'test-admin-token',
                OUTBOUND_ALLOW: 'partner.test:80,partner.test:443',
                TEST_MIGRATIONS: existsSync(migrations) ? await readD1Migrations(migrations) : [],
              },
              // Tests answer for the outside by mocking fetch; whatever they forget must not reach a network.
              outboundService: () => new Response('no network in tests', { status: 599 }),
            },
          }),
        ],
        test: {
          name: 'workers',
          include: ['test/worker/**/*.test.ts'],
          setupFiles: ['./test/worker/setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
}))
