/** The form of a row of `PROBLEMS`. */

/** What happens next by itself. `park`: a person's turn, with a button. `refuse`: the sender is told. */
export type Disposition = 'refuse' | 'park'

export interface Row {
  readonly disposition: Disposition
  readonly says: readonly [zh: string, en: string]
  readonly fix: readonly [zh: string, en: string]
  /** Of the exception group: fix once, release many. */
  readonly group?: 'sku' | 'receiver' | 'connection'
}

/** `says` and `fix`: Chinese, then English. */
export const row = (
  disposition: Disposition,
  says: readonly [zh: string, en: string],
  fix: readonly [zh: string, en: string],
  more: Pick<Row, 'group'> = {},
): Row => ({ disposition, says, fix, ...more })
