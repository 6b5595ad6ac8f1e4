import { useQuery } from '@tanstack/react-query'
import { Collapse } from 'antd'
import { Link } from 'react-router'
import { TaskResultsDocument, type TaskResultsQuery } from '../../../generated/operations.ts'
import { type AskError, ask } from '../../graphql/ask.ts'
import { endOf } from '../../graphql/page-end.ts'
import { Fault } from '../../parts/fault.tsx'
import { Json } from '../../parts/json.tsx'
import { State } from '../../parts/state.tsx'
import { useText } from '../../words/use-text.ts'

type Result = TaskResultsQuery['tasks']['nodes'][number]

const pageSize = 200
const listed = 100

/** The results of a run: hosts that answered the same stand together. */
export function ResultGroups({ correlationIds, notBefore }: { readonly correlationIds: readonly string[]; readonly notBefore: string }) {
  const text = useText()
  const { data, error } = useQuery<readonly Result[], AskError>({
    queryKey: ['results', correlationIds, notBefore],
    queryFn: async ({ signal }) => (await Promise.all(correlationIds.map((id) => allResults(id, notBefore, signal)))).flat(),
  })
  const groups = Map.groupBy(data ?? [], (task) => JSON.stringify([task.state, task.failure?.code, task.result?.message]))
  const items = [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([key, [first, ...others]]) => {
      const tasks = first ? [first, ...others] : []
      return {
        key,
        label: (
          <span data-group={tasks.length}>
            {first && <State state={first.state} />} <b>{text('run.hosts', { count: tasks.length })}</b> {first?.failure?.code}
          </span>
        ),
        children: (
          <div className="stack">
            <Json value={first?.result?.message ?? first?.failure?.message ?? ''} label={text('task.result')} />
            <div>
              {tasks.slice(0, listed).map(({ id, agentIp }) => (
                <span key={id}>
                  <Link to={`/tasks/${id}`}>{agentIp}</Link>{' '}
                </span>
              ))}
            </div>
          </div>
        ),
      }
    })
  if (error) return <Fault error={error} />
  return items.length === 0 ? null : <Collapse size="small" items={items} {...(items[0] && { defaultActiveKey: [items[0].key] })} />
}

async function allResults(correlationId: string, notBefore: string, signal: AbortSignal): Promise<readonly Result[]> {
  const found: Result[] = []
  let after: string | null = null
  do {
    const { tasks }: TaskResultsQuery = await ask(TaskResultsDocument, { correlationId, first: pageSize, after, notBefore }, signal)
    found.push(...tasks.nodes)
    after = endOf(tasks.pageInfo)
  } while (after !== null)
  return found
}
