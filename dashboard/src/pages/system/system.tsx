import { Card, Descriptions } from 'antd'
import { LogHeadDocument, PlatformStateDocument, WebhooksDocument } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { Page } from '../../parts/page.tsx'
import { State } from '../../parts/state.tsx'
import { When } from '../../parts/when.tsx'
import { useMay } from '../../session/use-viewer.ts'
import { useText } from '../../words/use-text.ts'
import { DeadLetters } from './dead-letters.tsx'
import { Projectors } from './projectors.tsx'
import { IncidentLine, Underneath, Watching } from './watching.tsx'

const everyMs = 3_000

export function System() {
  const text = useText()
  const platform = useAsk('platform', PlatformStateDocument, {}, { everyMs })
  const state = platform.data?.platform
  const [audits, manages, brings] = [useMay('AUDIT'), useMay('MANAGE_AGENTS'), useMay('MANAGE_APPS')]
  const sees = audits || manages
  const seesMore = audits || (manages && brings)
  const more = useAsk('webhooks', WebhooksDocument, {}, { everyMs: 10_000, isEnabled: seesMore })
  const log = useAsk('log', LogHeadDocument, {}, { isEnabled: audits })
  const behind = Math.max(0, ...(state?.projectors.map(({ lag }) => lag) ?? []))
  const facts = state
    ? [
        { key: 'version', label: text('agents.version'), children: state.version },
        { key: 'events', label: text('system.events'), children: state.counters.events.toLocaleString() },
        { key: 'head', label: text('system.head'), children: <span className="mono">{state.headPosition}</span> },
        { key: 'read', label: text('system.read'), children: <span className="mono">{state.readPosition}</span> },
        {
          key: 'lag',
          label: text('system.lag'),
          children: <span className={behind > 0 ? 'odd' : ''}>{text('system.lagEvents', { count: behind })}</span>,
        },
      ]
    : []
  const head = log.data?.log
  const proof = head
    ? [
        { key: 'size', label: text('system.logSize'), children: head.signedHead.size.toLocaleString() },
        { key: 'at', label: text('system.signedAt'), children: <When at={head.signedHead.signedAt} isFull /> },
        { key: 'root', label: text('system.root'), children: <span className="mono">{head.signedHead.rootHash}</span> },
        { key: 'key', label: text('system.key'), children: <span className="mono">{head.signedHead.keyId}</span> },
      ]
    : []
  return (
    <Page name="system" title={text('nav.system')} extra={<a href="/graphiql">GraphiQL</a>}>
      <div className="stack">
        <Fault error={platform.error} retry={() => void platform.refetch()} />
        <Descriptions size="small" bordered column={{ xs: 1, md: 2, xl: 3 }} items={facts} />
        <Watching />
        {audits && <IncidentLine />}
        <Projectors projectors={state?.projectors ?? []} />
        {sees && <DeadLetters />}
        {audits && (
          <Card size="small" title={text('system.log')}>
            <Fault error={log.error} />
            <Descriptions size="small" column={1} items={proof} />
          </Card>
        )}
        {seesMore && (
          <div className="cards two">
            <Card size="small" title={text('system.webhooks')}>
              <Fault error={more.error} />
              <ul className="plain">
                {more.data?.webhooks.nodes.map(({ id, name, url, state: webhookState, openDeliveries, failure }) => (
                  <li key={id}>
                    <State state={webhookState} />
                    <span>{name ?? url}</span>
                    <span className="muted">{failure?.error}</span>
                    <span className="end">{text('system.open', { count: openDeliveries })}</span>
                  </li>
                ))}
              </ul>
              {more.data?.webhooks.nodes.length === 0 && <span className="muted">{text('system.noWebhooks')}</span>}
            </Card>
            <Card size="small" title={text('system.inventory')}>
              <ul className="plain">
                {more.data?.inventorySources.map(({ name, state: sourceState, lastError, entries }) => (
                  <li key={name}>
                    <State state={sourceState} />
                    <span>{name}</span>
                    <span className="muted">{lastError}</span>
                    <span className="end">{entries}</span>
                  </li>
                ))}
              </ul>
              {more.data?.inventorySources.length === 0 && <span className="muted">{text('system.noInventory')}</span>}
            </Card>
          </div>
        )}
        {sees && <Underneath />}
      </div>
    </Page>
  )
}
