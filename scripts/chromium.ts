/**
 * A headless Chromium out of node_modules, with the libraries and the Chinese font it needs: nothing to install.
 * Used by `npm run screenshots` and by the browser tests. It is unpacked once, into .cache.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sparticuz, { inflate } from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

const CACHE = join(import.meta.dirname, '../.cache')
const PACKAGE = join(fileURLToPath(import.meta.resolve('@sparticuz/chromium')), '../..')
const FONTS = dirname(fileURLToPath(import.meta.resolve('@expo-google-fonts/noto-sans-sc')))

/** Flags meant for a single page in a small container: they crash a second context and weaken the rules of origin. */
const UNWANTED = /web-security|insecure-content|site-isolation|site-per-process|single-process|headless/

export async function launchBrowser(): Promise<{ browser: Browser; close: () => Promise<void> }> {
  const home = await unpacked()
  const temporary = mkdtempSync(join(CACHE, 'browser-'))
  writeFileSync(join(temporary, 'fonts.conf'), fontConfig())
  const browser = await chromium.launch({
    executablePath: join(home, 'chromium'),
    args: sparticuz.args.filter((flag) => !UNWANTED.test(flag)),
    env: {
      ...process.env,
      HOME: temporary,
      TMPDIR: temporary,
      FONTCONFIG_FILE: join(temporary, 'fonts.conf'),
      LD_LIBRARY_PATH: [join(home, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
    },
  })
  const close = async () => {
    await browser.close()
    rmSync(temporary, { recursive: true, force: true })
  }
  return { browser, close }
}

/** The folder with the browser. Who comes first fills it aside and moves it into place, so that none sees half of it. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string }
  const home = join(CACHE, `chromium-${version}`)
  if (existsSync(home)) return home
  mkdirSync(CACHE, { recursive: true })
  const aside = mkdtempSync(join(CACHE, 'unpacking-'))
  await inflateInto(aside)
  try {
    renameSync(aside, home)
  } catch (error) {
    rmSync(aside, { recursive: true })
    if (!existsSync(home)) throw error
  }
  return home
}

/** The package unpacks into the folder for temporary files, wherever TMPDIR says that is. */
async function inflateInto(folder: string): Promise<void> {
  const before = process.env.TMPDIR
  process.env.TMPDIR = folder
  try {
    const archives = ['chromium.br', 'al2023.tar.br', 'swiftshader.tar.br']
    await Promise.all(archives.map((name) => inflate(join(PACKAGE, 'bin', name))))
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
}

function fontConfig(): string {
  const folders = ['400Regular', '500Medium', '600SemiBold', '700Bold'].map((name) => `<dir>${join(FONTS, name)}</dir>`)
  const generic = ['sans-serif', 'serif', 'monospace', 'system-ui'].map(
    (family) => `<alias><family>${family}</family><prefer><family>Noto Sans SC</family></prefer></alias>`,
  )
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    '<fontconfig>',
    ...folders,
    `<cachedir>${join(CACHE, 'fonts')}</cachedir>`,
    ...generic,
    '</fontconfig>',
    '',
  ].join('\n')
}
