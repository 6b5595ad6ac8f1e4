import { DatePicker, Slider } from 'antd'
import dayjs from 'dayjs'
import { useDeferredValue, useState } from 'react'
import { FirstEventDocument } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { useAddress } from '../../parts/use-address.ts'
import { timeText } from '../../parts/when.tsx'
import { usePreferences } from '../../words/preferences.ts'
import { useText } from '../../words/use-text.ts'
import { ChangesBetween } from './changes-between.tsx'
import { PastThings } from './past-things.tsx'
import { ViewChoice } from './view-choice.tsx'
import { WhoCouldThen } from './who-could-then.tsx'

const anHourMs = 3_600_000

/** A slider over the history of the platform: everything as it was at its right end, and what changed since its left end. */
export function TimeTravel() {
  const text = useText()
  const { data, error, refetch } = useAsk('first-event', FirstEventDocument, {})
  const first = data?.events.nodes[0]?.recordedAt
  return (
    <Page name="audit" title={text('nav.audit')} sign={<ViewChoice view="past" />}>
      <div className="stack">
        <Fault error={error} retry={() => void refetch()} />
        {!data && !error && <Loading />}
        {first && <Travelled firstMs={Date.parse(first)} />}
      </div>
    </Page>
  )
}

function Travelled({ firstMs }: { readonly firstMs: number }) {
  const text = useText()
  const { language } = usePreferences()
  const { search, change } = useAddress()
  const [openedMs] = useState(() => Date.now())
  const atMs = instantOf(search.get('at')) ?? openedMs
  const sinceMs = Math.min(instantOf(search.get('since')) ?? Math.max(firstMs, atMs - anHourMs), atMs)
  // While a handle is dragged; only where it is let go is asked for.
  const [dragged, setDragged] = useState<readonly number[] | null>(null)
  const go = (since: number, at: number) => {
    setDragged(null)
    change({ since: new Date(since).toISOString(), at: new Date(at).toISOString() })
  }
  // How everything was comes first; what is beside it is made while that is asked for.
  const isBegun = useDeferredValue(true, false)
  const shown = (ms: number | undefined) => timeText(new Date(ms ?? atMs).toISOString(), language, true)
  const range = { from: new Date(sinceMs).toISOString(), at: new Date(atMs).toISOString() }
  return (
    <>
      <div className="travel">
        <Slider
          range
          min={firstMs}
          max={Math.max(openedMs, atMs)}
          value={[...(dragged ?? [sinceMs, atMs])]}
          tooltip={{ formatter: (ms) => shown(ms) }}
          ariaLabelForHandle={[text('past.since'), text('past.at')]}
          onChange={setDragged}
          onChangeComplete={([since = sinceMs, at = atMs]) => go(since, at)}
        />
        <div className="filters">
          <label htmlFor="since">{text('past.since')}</label>
          <DatePicker id="since" showTime allowClear={false} value={dayjs(sinceMs)} onChange={(given) => given && go(given.valueOf(), atMs)} />
          <label htmlFor="at">{text('past.at')}</label>
          <DatePicker
            id="at"
            showTime
            allowClear={false}
            value={dayjs(atMs)}
            onChange={(given) => given && go(Math.min(sinceMs, given.valueOf()), given.valueOf())}
          />
        </div>
      </div>
      {isBegun && <ChangesBetween from={range.from} to={range.at} />}
      <PastThings at={range.at} />
      {isBegun && <WhoCouldThen at={range.at} />}
    </>
  )
}

/** ms since the epoch; null where the text is no instant. */
function instantOf(text: string | null): number | null {
  const ms = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(ms) ? null : ms
}
