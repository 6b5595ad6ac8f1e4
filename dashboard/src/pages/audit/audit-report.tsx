import { Button, DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { WhoCouldAllDocument, type WhoCouldAllQuery } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { Page } from '../../parts/page.tsx'
import { permissions } from '../../parts/permissions.ts'
import { useAddress } from '../../parts/use-address.ts'
import { timeText } from '../../parts/when.tsx'
import { useApiLanguage, usePreferences } from '../../words/preferences.ts'
import { useText } from '../../words/use-text.ts'
import './audit-report.css'
import { Loading } from '../../parts/loading.tsx'
import { LogSign } from './log-sign.tsx'
import { ViewChoice } from './view-choice.tsx'
import { WhoDidWhat } from './who-did-what.tsx'

const dayMs = 24 * 3_600_000

/** A report of a period, to print: who could do what at its beginning and its end, and who did what. */
export function AuditReport() {
  const text = useText()
  const { language } = usePreferences()
  const { search, change } = useAddress()
  const [openedMs] = useState(() => Date.now())
  const to = search.get('to') ?? new Date(openedMs).toISOString()
  const from = search.get('from') ?? new Date(Date.parse(to) - dayMs).toISOString()
  const shown = (at: string) => timeText(at, language, true)
  const print = (
    <Button type="primary" onClick={() => window.print()}>
      {text('report.print')}
    </Button>
  )
  return (
    <Page name="audit" title={text('nav.audit')} sign={<ViewChoice view="report" />} extra={print}>
      <div className="stack report" data-report>
        <search className="filters">
          <DatePicker.RangePicker
            showTime
            allowClear={false}
            aria-label={text('audit.when')}
            value={[dayjs(from), dayjs(to)]}
            onChange={(range) => change({ from: range?.[0]?.toISOString() ?? null, to: range?.[1]?.toISOString() ?? null })}
          />
        </search>
        <h2>{text('report.title', { from: shown(from), to: shown(to) })}</h2>
        <LogSign />
        <h3>{text('report.couldAt', { at: shown(from) })}</h3>
        <WhoCould at={from} />
        <h3>{text('report.couldAt', { at: shown(to) })}</h3>
        <WhoCould at={to} />
        <h3>{text('report.did')}</h3>
        <WhoDidWhat from={from} to={to} />
      </div>
    </Page>
  )
}

type Could = WhoCouldAllQuery['RUN'][number]

/** Each permission with who had it, as sentences that name the grants. */
function WhoCould({ at }: { readonly at: string }) {
  const text = useText()
  const language = useApiLanguage()
  const { data, error, refetch } = useAsk('who-could-all', WhoCouldAllDocument, { at, language })
  if (error) return <Fault error={error} retry={() => void refetch()} />
  if (!data) return <Loading />
  const found: Readonly<Record<string, readonly Could[]>> = data
  const had = permissions.filter((permission) => (found[permission]?.length ?? 0) > 0)
  if (had.length === 0) return <p className="muted">{text('access.nobody')}</p>
  return (
    <ul className="plain" data-could={at}>
      {had.flatMap((permission) =>
        (found[permission] ?? []).map(({ subject, sentence }) => <li key={`${permission} ${subject.kind} ${subject.id}`}>{sentence}</li>),
      )}
    </ul>
  )
}
