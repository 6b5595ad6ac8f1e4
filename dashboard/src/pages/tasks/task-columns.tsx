import type { TableColumnsType } from 'antd'
import { Link } from 'react-router'
import type { TaskRowFragment } from '../../../generated/operations.ts'
import { State } from '../../parts/state.tsx'
import { durationText, When } from '../../parts/when.tsx'
import type { Text, TextKey } from '../../words/use-text.ts'

export function taskColumns(text: Text): TableColumnsType<TaskRowFragment> {
  return [
    { title: text('task.state'), key: 'state', width: 130, render: (_, { state }) => <State state={state} /> },
    { title: text('task.what'), key: 'what', width: 210, render: (_, { id, app, func }) => <Link to={`/tasks/${id}`}>{`${app}.${func}`}</Link> },
    { title: text('task.agent'), key: 'agent', width: 150, render: (_, { agentId, agentIp }) => <Link to={`/agents/${agentId}`}>{agentIp}</Link> },
    { title: text('task.kind'), key: 'kind', width: 120, render: (_, { kind }) => text(`kind.${kind}` as TextKey) },
    { title: text('task.requestedAt'), key: 'requestedAt', width: 160, render: (_, { requestedAt }) => <When at={requestedAt} /> },
    { title: text('task.took'), key: 'took', width: 110, render: (_, task) => tookText(task) },
    { title: text('task.id'), key: 'id', width: 160, render: (_, { id }) => <span className="mono">{id}</span> },
  ]
}

/** From its start, or where it never started from its request, to its end. */
function tookText({ startedAt, requestedAt, endedAt }: TaskRowFragment): string {
  return endedAt ? durationText(Date.parse(endedAt) - Date.parse(startedAt ?? requestedAt)) : ''
}
