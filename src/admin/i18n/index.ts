/** Two languages, one dictionary each; Chinese is the first. A key that one of them lacks does not compile. */
import { en } from './en.ts'
import { zh } from './zh.ts'

export type Language = 'zh' | 'en'
export type Key = keyof typeof zh
export type Translate = (key: Key, facts?: Readonly<Record<string, string | number>>) => string

const DICTIONARIES: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { zh, en }

/** `{name}` is a fact; `{n:order|orders}` the first word for 1, else the second. */
const SLOT = /\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g

export const translator =
  (language: Language): Translate =>
  (key, facts = {}) =>
    DICTIONARIES[language][key].replace(SLOT, (_, name: string, one?: string, many?: string) => {
      const fact = facts[name] ?? ''
      return one === undefined ? String(fact) : String(Number(String(fact).replaceAll(',', '')) === 1 ? one : many)
    })

export const languageOf = (text: string | undefined): Language | undefined =>
  text === 'zh' || text === 'en' ? text : undefined
