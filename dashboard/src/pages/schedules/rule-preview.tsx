import { Alert } from 'antd'
import { useDeferredValue } from 'react'
import { PreviewRuleDocument } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { usePreferences } from '../../words/preferences.ts'
import { useText } from '../../words/use-text.ts'
import { hasFixedHours, ruleInWords } from './rule-words/rule-in-words.ts'
import { nextZoneChange, ownZone, zoneTime } from './zone-time.ts'

/** The next instants of a rule in its zone and in one's own, and those around the next change of the clocks there. */
export function RulePreview({ rule, timeZone }: { readonly rule: string; readonly timeZone: string }) {
  const text = useText()
  const { language } = usePreferences()
  const asked = useDeferredValue(rule.trim())
  const change = nextZoneChange(timeZone, Date.now())
  const isEnabled = asked !== ''
  const next = useAsk('preview', PreviewRuleDocument, { rule: asked, timeZone, count: 5 }, { isEnabled })
  const dayBefore = change === null ? null : new Date(change - 36 * 3_600_000).toISOString()
  const around = useAsk(
    'preview',
    PreviewRuleDocument,
    { rule: asked, timeZone, count: 4, after: dayBefore },
    { isEnabled: isEnabled && change !== null },
  )
  if (!isEnabled) return null
  if (next.error) return <Alert type="error" showIcon title={next.error.message} style={{ marginBottom: 16 }} />
  return (
    <div className="stack" data-preview={next.data?.previewRule.length ?? 0} style={{ marginBottom: 16 }}>
      <div data-words>{ruleInWords(asked, language) ?? text('schedules.noWords')}</div>
      <div>
        <b>{text('schedules.nextFires')}</b>
        <Instants instants={next.data?.previewRule ?? []} timeZone={timeZone} />
      </div>
      {change === null && <span className="muted">{text('schedules.noChange', { zone: timeZone })}</span>}
      {change !== null && (
        <div data-around-change={new Date(change).toISOString()}>
          <b>{text('schedules.aroundChange', { at: zoneTime(new Date(change).toISOString(), timeZone) })}</b>
          <Instants instants={around.data?.previewRule ?? []} timeZone={timeZone} />
          <span className="muted">{text(hasFixedHours(asked) ? 'schedules.fixedHours' : 'schedules.realTime')}</span>
        </div>
      )}
    </div>
  )
}

function Instants({ instants, timeZone }: { readonly instants: readonly string[]; readonly timeZone: string }) {
  const { language } = usePreferences()
  const own = ownZone()
  return (
    <ul className="plain">
      {instants.map((instant) => (
        <li key={instant}>
          <span className="mono">{zoneTime(instant, timeZone, language)}</span>
          {own !== timeZone && <span className="muted end">{zoneTime(instant, own, language)}</span>}
        </li>
      ))}
    </ul>
  )
}
