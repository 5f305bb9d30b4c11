/** Times, money and numbers for a person's eye. Pure: the clock, the zone and the language come in. */
import { type Money, toMajor } from '../domain/money.ts'
import type { Language } from './i18n/index.ts'

const LOCALE: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en-GB' }

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Formatters are costly to make and few: one per language and zone. */
const clocks = new Map<string, Intl.DateTimeFormat>()

const clockOf = (zone: string): Intl.DateTimeFormat => {
  const known = clocks.get(zone)
  if (known) return known
  const made = makeClock(zone)
  clocks.set(zone, made)
  return made
}

/** A zone nobody knows shows UTC rather than nothing. */
const makeClock = (zone: string): Intl.DateTimeFormat => {
  const two = '2-digit' as const
  const parts = {
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
    hourCycle: 'h23',
  } as const
  try {
    return new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: zone })
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: 'UTC' })
  }
}

export interface Clock {
  /** `2026-11-11` */
  readonly date: string
  /** `11-11` */
  readonly day: string
  /** `02:03:04` */
  readonly time: string
  /** `2026-11-11 02:03:04` */
  readonly full: string
}

export const clock = (at: number, zone: string): Clock => {
  const parts = Object.fromEntries(
    clockOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  const day = `${parts.month}-${parts.day}`
  const date = `${parts.year}-${day}`
  const time = `${parts.hour}:${parts.minute}:${parts.second}`
  return { date, day, time, full: `${date} ${time}` }
}

/** UTC ms at which the zone's current day began. */
export const startOfDay = (now: number, zone: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = clock(now, zone).time.split(':').map(Number)
  return now - (now % 1000) - ((hours * 60 + minutes) * 60 + seconds) * 1000
}

/** `3 分钟前`, `in 2 h`: one unit, rounded down, so that "1 hour left" is never less than that. */
export const relative = (at: number, now: number, language: Language): string => {
  const ms = Math.abs(at - now)
  if (ms < 10_000) return language === 'zh' ? '刚刚' : 'just now'
  const [zh, en] = unit(ms)
  if (at < now) return language === 'zh' ? `${zh}前` : `${en} ago`
  return language === 'zh' ? `${zh}后` : `in ${en}`
}

const unit = (ms: number): readonly [string, string] => {
  const steps = [
    [DAY, '天', 'd'],
    [HOUR, '小时', 'h'],
    [MINUTE, '分钟', 'min'],
    [1000, '秒', 's'],
  ] as const
  const [size, zh, en] = steps.find(([size]) => ms >= size) ?? steps[3]
  const n = Math.floor(ms / size)
  return [`${n} ${zh}`, `${n} ${en}`]
}

/** How long something took: `175 毫秒`, `2.3 秒`, `4 分 10 秒`. */
export const duration = (ms: number, language: Language): string => {
  const zh = language === 'zh'
  if (ms < 1000) return `${Math.round(ms)} ${zh ? '毫秒' : 'ms'}`
  if (ms < MINUTE) return `${(ms / 1000).toFixed(1)} ${zh ? '秒' : 's'}`
  if (ms >= HOUR) return unit(ms)[zh ? 0 : 1]
  const [minutes, seconds] = [Math.floor(ms / MINUTE), Math.floor((ms % MINUTE) / 1000)]
  return zh ? `${minutes} 分 ${seconds} 秒` : `${minutes} min ${seconds} s`
}

export const number = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 })

/** With its currency, in the language's own way: `¥19.90`, `CN¥19.90`, `US$5.00`. */
export const money = (value: Money, language: Language): string => {
  const major = toMajor(value)
  try {
    const style = { style: 'currency', currency: value.currency } as const
    return new Intl.NumberFormat(LOCALE[language], style).format(major as Intl.StringNumericLiteral)
  } catch {
    return `${major} ${value.currency}`
  }
}

/** Seconds until something is due decide how loud it is shown. */
export const urgency = (due: number, now: number): 'over' | 'near' | 'ahead' => {
  if (due <= now) return 'over'
  return due - now < 4 * HOUR ? 'near' : 'ahead'
}
