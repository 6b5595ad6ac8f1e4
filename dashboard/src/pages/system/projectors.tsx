import { Card, Table } from 'antd'
import { type PlatformStateQuery, RebuildReadModelsDocument, RebuildsDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Act } from '../../parts/act.tsx'
import { State } from '../../parts/state.tsx'
import { When } from '../../parts/when.tsx'
import { useMay } from '../../session/use-viewer.ts'
import { actorText } from '../../words/actor-text.ts'
import { useText } from '../../words/use-text.ts'

type Projector = PlatformStateQuery['platform']['projectors'][number]

/** What writes each read model, and what makes it anew. */
export function Projectors({ projectors }: { readonly projectors: readonly Projector[] }) {
  const text = useText()
  return (
    <Card size="small" title={text('system.projectors')}>
      <Table
        size="small"
        rowKey="name"
        pagination={false}
        scroll={{ x: true }}
        dataSource={[...projectors]}
        columns={[
          { title: text('queues.name'), dataIndex: 'name' },
          { title: text('task.state'), render: (_, projector) => <State state={projector.state} /> },
          { title: text('system.lag'), render: (_, { lag }) => text('system.lagEvents', { count: lag }) },
          { title: text('audit.position'), render: (_, { position }) => <span className="mono">{position}</span> },
          { title: text('task.why'), dataIndex: 'error' },
          {
            title: '',
            render: (_, { name }) => (
              <Act
                needs="MANAGE_AGENTS"
                label={text('system.rebuild')}
                what={text('system.rebuildWhat', { name })}
                asksReason
                act={async (reason) => (await ask(RebuildReadModelsDocument, { input: { readModels: [name], reason } })).rebuildReadModels}
              />
            ),
          },
        ]}
      />
      <MadeAnew />
    </Card>
  )
}

/** The last rebuilds, for those who may see them. */
function MadeAnew() {
  const text = useText()
  const [isAuditor, isManager] = [useMay('AUDIT'), useMay('MANAGE_AGENTS')]
  return isAuditor || isManager ? <Rebuilds title={text('system.rebuilds')} /> : null
}

function Rebuilds({ title }: { readonly title: string }) {
  const text = useText()
  const { data } = useAsk('rebuilds', RebuildsDocument, {}, { everyMs: 3_000 })
  if (!data || data.rebuilds.nodes.length === 0) return null
  return (
    <>
      <p className="muted">{title}</p>
      <ul className="plain" data-part="rebuilds">
        {data.rebuilds.nodes.map(({ id, state, readModels, requestedAt, requestedBy, reason, failure }) => (
          <li key={id}>
            <State state={state} />
            <span>{readModels.join(', ')}</span>
            <span className="muted">{failure?.message ?? reason}</span>
            <span className="end">
              {actorText(text, requestedBy)} <When at={requestedAt} />
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
