import { Card, Empty } from 'antd'
import { Link } from 'react-router'
import {
  ApproveTaskDocument,
  RefuseTaskDocument,
  TaskChangesDocument,
  TasksToApproveDocument,
  type TasksToApproveQuery,
} from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { useFollowed } from '../../graphql/use-followed.ts'
import { useShown } from '../../graphql/use-shown.ts'
import { Act } from '../../parts/act.tsx'
import { Fault } from '../../parts/fault.tsx'
import { Json } from '../../parts/json.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { actorText } from '../../words/actor-text.ts'
import { useText } from '../../words/use-text.ts'

type Waiting = TasksToApproveQuery['tasks']['nodes'][number]

const toApprove = { needsApproval: true }

/** Tasks that guards keep until a second person says a word. */
export function Approvals() {
  const text = useText()
  const { data, error, position, again, retry } = useShown('approvals', TasksToApproveDocument, {})
  useFollowed(
    'approvals',
    position,
    TaskChangesDocument,
    (last) => ({ filter: toApprove, after: last }),
    ({ taskChanged }) => taskChanged.position,
    () => again,
  )
  return (
    <Page name="approvals" title={text('nav.approvals')}>
      <div className="stack">
        <Fault error={error} retry={retry} />
        {!data && !error && <Loading />}
        {data?.tasks.nodes.length === 0 && <Empty description={text('approvals.none')} />}
        {data?.tasks.nodes.map((task) => (
          <WaitingTask key={task.id} task={task} after={again} />
        ))}
      </div>
    </Page>
  )
}

function WaitingTask({ task, after }: { readonly task: Waiting; readonly after: (position: string | null) => unknown }) {
  const text = useText()
  const { id, app, func, agentId, agentIp, param, requestedAt, requestedBy, guards, approval } = task
  const call = `${app}.${func}`
  const what = text('approvals.what', { call, agent: agentIp, who: actorText(text, requestedBy) })
  return (
    <Card
      size="small"
      data-approval={id}
      title={<Link to={`/tasks/${id}`}>{call}</Link>}
      extra={
        <span className="filters">
          <Act
            needs="APPROVE"
            label={text('approvals.approve')}
            what={what}
            asksReason
            act={async (reason) => (await ask(ApproveTaskDocument, { input: { task: id, reason } })).approveTask}
            after={after}
          />
          <Act
            needs="APPROVE"
            label={text('approvals.refuse')}
            what={what}
            isDangerous
            asksReason
            act={async (reason) => (await ask(RefuseTaskDocument, { input: { task: id, reason } })).refuseTask}
            after={after}
          />
        </span>
      }
    >
      <div className="stack">
        <span>
          {text('task.agent')}: <Link to={`/agents/${agentId}`}>{agentIp}</Link> · {text('approvals.askedBy')}: {actorText(text, requestedBy)} ·{' '}
          <When at={requestedAt} />
        </span>
        {guards.map(({ name, message }) => (
          <span key={name}>
            <b>{name}</b> {message}
          </span>
        ))}
        {param !== null && param !== undefined && <Json value={param} label={text('task.param')} />}
        {approval?.expiresAt && (
          <span className="muted">
            {text('access.expires')} <When at={approval.expiresAt} isFull />
          </span>
        )}
      </div>
    </Card>
  )
}
