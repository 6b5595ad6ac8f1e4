import { Card, Table } from 'antd'
import { DeadLettersDocument, type DeadLettersQuery, RetryDeadLetterDocument, SetAsideDeadLetterDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Act } from '../../parts/act.tsx'
import { AuditLink } from '../../parts/audit-link.tsx'
import { Fault } from '../../parts/fault.tsx'
import { State } from '../../parts/state.tsx'
import { When } from '../../parts/when.tsx'
import { useText } from '../../words/use-text.ts'

type Letter = DeadLettersQuery['deadLetters']['nodes'][number]

/** Events that a handler could not deal with, and what somebody can do about each. */
export function DeadLetters() {
  const text = useText()
  const { data, error, refetch } = useAsk('deadLetters', DeadLettersDocument, { filter: null }, { everyMs: 10_000 })
  const again = () => void refetch()
  return (
    <Card size="small" title={text('system.deadLetters')} data-part="dead-letters">
      <Fault error={error} retry={again} />
      {data?.deadLetters.nodes.length === 0 && <span className="muted">{text('system.noDeadLetters')}</span>}
      {data && data.deadLetters.nodes.length > 0 && (
        <Table
          size="small"
          rowKey="id"
          pagination={false}
          scroll={{ x: true }}
          dataSource={[...data.deadLetters.nodes]}
          columns={[
            { title: text('task.state'), render: (_, { state }: Letter) => <State state={state} /> },
            { title: text('system.handler'), dataIndex: 'handler' },
            { title: text('audit.type'), dataIndex: 'type' },
            {
              title: text('audit.stream'),
              render: (_, { stream }: Letter) => stream && <AuditLink query={`stream=${encodeURIComponent(stream)}`}>{stream}</AuditLink>,
            },
            { title: text('task.why'), render: (_, letter: Letter) => <Why letter={letter} /> },
            { title: text('system.attempts'), dataIndex: 'attempts' },
            { title: text('system.parkedAt'), render: (_, { parkedAt }: Letter) => <When at={parkedAt} /> },
            { title: '', render: (_, letter: Letter) => <Actions letter={letter} after={again} /> },
          ]}
        />
      )}
    </Card>
  )
}

function Why({ letter: { code, message, setAsideReason } }: { readonly letter: Letter }) {
  return (
    <>
      <span className="mono">{code}</span> {message}
      {setAsideReason && <div className="muted">{setAsideReason}</div>}
    </>
  )
}

function Actions({ letter: { id, state }, after }: { readonly letter: Letter; readonly after: () => void }) {
  const text = useText()
  return (
    <span className="row">
      <Act
        needs="MANAGE_AGENTS"
        label={text('system.retry')}
        what={text('system.retryWhat')}
        act={async () => (await ask(RetryDeadLetterDocument, { input: { deadLetter: id } })).retryDeadLetter}
        after={after}
      />
      {state === 'PARKED' && (
        <Act
          needs="MANAGE_AGENTS"
          label={text('system.setAside')}
          what={text('system.setAsideWhat')}
          asksReason
          act={async (reason) => (await ask(SetAsideDeadLetterDocument, { input: { deadLetter: id, reason } })).setAsideDeadLetter}
          after={after}
        />
      )}
    </span>
  )
}
