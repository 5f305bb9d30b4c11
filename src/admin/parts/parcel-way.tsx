/** 物流轨迹: how a parcel stands, and where it was seen, the newest first. */
import { TRACKING_WORDS, type TrackingState } from '../../domain/tracking.ts'
import type { TrackingView } from '../../store/read.ts'
import type { View } from '../view.ts'
import type { Tone } from '../words.ts'
import { Pill, When } from './bits.tsx'

const TONE: Readonly<Record<TrackingState, Tone>> = {
  collected: 'blue',
  moving: 'blue',
  out_for_delivery: 'blue',
  delivered: 'green',
  trouble: 'red',
  returned: 'red',
}

export const Way = ({ view, tracking }: { readonly view: View; readonly tracking: TrackingView }) => {
  const { t, language } = view
  const { state, collectedAt, entries, tracker, refused } = tracking
  return (
    <div class="stack">
      <div class="meta">
        {state && <Pill tone={TONE[state]}>{TRACKING_WORDS[state][language]}</Pill>}
        {collectedAt !== null && (
          <span>
            {t('shipment.collected')} <When view={view} at={collectedAt} as="both" />
          </span>
        )}
        {tracker !== null && <span>{t('shipment.follower', { name: tracker })}</span>}
        {refused !== null && <span class="red-ink">{t('shipment.refused', { why: refused })}</span>}
      </div>
      {entries.length > 0 && (
        <details>
          <summary>{t('shipment.tracking')}</summary>
          <ol class="timeline">
            {entries.toReversed().map(({ at, text, place }) => (
              <li class={state ? TONE[state] : 'grey'}>
                <div>{text}</div>
                <div class="meta">
                  <When view={view} at={at} as="both" />
                  {place && <span>{place}</span>}
                </div>
              </li>
            ))}
          </ol>
        </details>
      )}
    </div>
  )
}
