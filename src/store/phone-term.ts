import type { Vault } from './vault.ts'

/** The search term of a phone's last four digits. */
export const phoneTerm = (tail: string, vault: Vault): string => vault.digest('phone', tail)
