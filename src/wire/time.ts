/** Times as partners write them. Ours are UTC milliseconds; nothing here reads a clock. */

/** China has one zone and no summer time since 1991. */
const BEIJING_OFFSET_MS = 8 * 3_600_000

/** UTC ms as Beijing time, `yyyy-MM-dd HH:mm:ss`. */
export const beijingText = (time: number): string =>
  new Date(time + BEIJING_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')

const BEIJING = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$/

/**
 * Beijing text to UTC ms. Taken as seen in the wild: slashes, one digit for month or day, a `T` or nothing at all before
 * the hour (`2026-06-0916:28:12`), no seconds, a fraction, a date alone (its midnight). Text with an offset or `Z` means
 * what it says. Undefined for everything else, also for dates that do not exist.
 */
export const fromBeijing = (text: string | undefined): number | undefined => {
  const written = text?.trim() ?? ''
  if (/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(written)) return finite(Date.parse(written))
  const parts = BEIJING.exec(written)
    ?.slice(1)
    .map((part) => Number(part ?? 0))
  if (!parts) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  const time = Date.UTC(year, month - 1, day, hour, minute, second)
  const same = new Date(time)
  const exists =
    same.getUTCMonth() === month - 1 && same.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  return exists ? time - BEIJING_OFFSET_MS : undefined
}

const finite = (time: number): number | undefined => (Number.isFinite(time) ? time : undefined)
