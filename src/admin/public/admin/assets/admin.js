/**
 * Comfort only: every page works without it. Lists refresh themselves, `/` goes to the search box, j and k move through
 * rows, Enter opens one, buttons copy.
 */
const REFRESH_MS = 10_000
/** One failure is a hiccup; after so many the page says how old it is. */
const FAILURES_TOLD = 2

document.documentElement.classList.add('js')

// ---- What came of the last button is said once, not at every reload.

const here = new URL(location.href)
if (here.searchParams.has('notice')) {
  here.searchParams.delete('notice')
  history.replaceState(null, '', here)
}

// ---- Live lists: the part marked `data-live` is fetched anew and put in place, unless somebody is busy in it.

const busy = () => {
  const live = document.querySelector('[data-live]')
  const active = document.activeElement
  const writing = active?.matches('input, select, textarea') && live?.contains(active)
  return !live || document.hidden || writing || live.querySelector('details[open] form') !== null
}

/** True: the server answered with the page, even if somebody is busy in it by now. */
const refresh = async () => {
  const signal = AbortSignal.timeout(REFRESH_MS)
  const answer = await fetch(location.href, { headers: { 'x-refresh': '1' }, redirect: 'manual', signal })
  if (answer.type === 'opaqueredirect' || answer.status === 401) location.reload()
  if (!answer.ok) return false
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  if (busy()) return true
  for (const part of ['[data-live]', '[data-count]', '[data-stale]']) swap(part, page)
  return true
}

const swap = (selector, page) => {
  const [here, fresh] = [document.querySelector(selector), page.querySelector(selector)]
  if (!here || !fresh) return
  const open = [...here.querySelectorAll('details[open][id]')].map((details) => details.id)
  const at = here.querySelector('.at')?.dataset.row
  here.replaceChildren(...fresh.childNodes)
  for (const id of open) document.getElementById(id)?.setAttribute('open', '')
  for (const row of rows()) if (row.dataset.row === at) row.classList.add('at')
}

let failures = 0
const refreshQuietly = async () => {
  if (busy()) return
  const came = await refresh().catch(() => false)
  failures = came ? 0 : failures + 1
  const stale = document.querySelector('[data-stale]')
  if (stale) stale.hidden = failures < FAILURES_TOLD
}
if (document.querySelector('[data-live]')) {
  setInterval(refreshQuietly, REFRESH_MS)
  addEventListener('focus', refreshQuietly)
}

// ---- Keys

const rows = () => [...document.querySelectorAll('[data-row]')]

const move = (by) => {
  const all = rows()
  const now = all.findIndex((row) => row.classList.contains('at'))
  const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? 0 : now + by))]
  all[now]?.classList.remove('at')
  next?.classList.add('at')
  next?.scrollIntoView({ block: 'nearest' })
}

const KEYS = {
  '/': () => document.querySelector('input[type=search]')?.select(),
  j: () => move(1),
  k: () => move(-1),
  Enter: () => document.querySelector('.at a')?.click(),
}

addEventListener('keydown', (event) => {
  const { target } = event
  if (event.key === 'Escape' && target instanceof HTMLElement) target.blur()
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return
  if (target instanceof Element && target.closest('input, select, textarea, button, a, summary')) return
  event.preventDefault()
  KEYS[event.key]()
})

// ---- Clicks

addEventListener('click', async (event) => {
  const button = event.target instanceof Element && event.target.closest('[data-copy]')
  if (!button) return
  await navigator.clipboard.writeText(button.dataset.copy)
  const label = button.textContent
  button.textContent = button.dataset.copied
  setTimeout(() => {
    button.textContent = label
  }, 1500)
})

/** A form is sent once: the second tap of a tired thumb does nothing. */
addEventListener('submit', (event) => {
  const form = event.target
  if (form.method !== 'post') return
  if (form.dataset.sent) event.preventDefault()
  form.dataset.sent = '1'
})

addEventListener('change', (event) => {
  const { target } = event
  if (target instanceof HTMLSelectElement && target.form?.hasAttribute('data-auto')) target.form.requestSubmit()
})

addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent
})
