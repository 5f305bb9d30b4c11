/**
 * Completes package-lock.json: `npm run lock`, after each change of dependencies.
 *
 * A package built for each platform names its builds as optional dependencies. Where a registry does not serve one of
 * them, npm leaves it out of the lock file, and `npm ci` then refuses that file. This adds what is missing: version and
 * os/cpu/libc, read from the name. Such an entry has no integrity hash; the platform that installs it trusts its registry.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const OS = { windows: 'win32', linuxmusl: 'linux' }
for (const os of ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'])
  OS[os] = os
const CPU = { 64: 'x64', armhf: 'arm' }
for (const cpu of ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'])
  CPU[cpu] = cpu
const LIBC = { gnu: 'glibc', musl: 'musl', linuxmusl: 'musl' }

const file = process.argv[2] ?? join(fileURLToPath(import.meta.url), '../../package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8'))

let added = 0
for (const [parent, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const exact = /^\d+\.\d+\.\d+/.test(version)
    const found = entryFor(parent, name)
    if (found && (!exact || found.version === version)) continue
    if (!exact) fail(`${name}@${version}: no exact version is known, install where the registry serves it`)
    lock.packages[placeFor(parent, name)] = { version, ...platform(name), ...(dev && { dev }), optional: true }
    added++
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${added} optional packages added`)

/** The entry Node would take for a dependency of `parent`: its own copy, or the nearest one above. */
function entryFor(parent, name) {
  for (let at = parent; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const entry = lock.packages[`${at}/node_modules/${name}`]
    if (entry) return entry
  }
  return lock.packages[`node_modules/${name}`]
}

/** Beside its parent, as npm would put it, or within the parent where another version has that place. */
function placeFor(parent, name) {
  const beside = `${parent.slice(0, parent.lastIndexOf('node_modules/'))}node_modules/${name}`
  return lock.packages[beside] ? `${parent}/node_modules/${name}` : beside
}

/** What the name says about the machines a package is for. */
function platform(name) {
  const words = name.split('/').at(-1).split(/[-_]/)
  const pick = (table) => words.map((word) => table[word]).find(Boolean)
  const [os, cpu, libc] = [pick(OS), pick(CPU), pick(LIBC)]
  return { ...(cpu && { cpu: [cpu] }), ...(libc && os === 'linux' && { libc: [libc] }), ...(os && { os: [os] }) }
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
