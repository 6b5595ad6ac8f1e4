import { Form, Input, InputNumber, Select } from 'antd'
import { AddQueueTasksDocument, AgentChoicesDocument, AppFunctionsDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { useDone } from '../../parts/use-done.tsx'
import { useText } from '../../words/use-text.ts'
import { ParamField } from '../run/param-field.tsx'
import type { QueueOfPage } from './queue.tsx'

interface TaskForm {
  readonly agents: readonly string[]
  readonly app: string
  readonly func: string
  /** JSON text; empty is none. */
  readonly param: string
  readonly dependsOn: readonly string[]
  readonly timeoutS: number | null
}

export interface AddTasksProps {
  readonly queue: QueueOfPage
  /** The tasks that were chosen in the graph: the new ones wait for them. */
  readonly after: readonly string[]
  readonly added: () => void
}

/** Adds a task on each of some agents to an open queue; all of them wait for the same tasks. */
export function AddTasks({ queue, after, added }: AddTasksProps) {
  const text = useText()
  const done = useDone()
  const add = ({ agents, app, func, param, dependsOn, timeoutS }: TaskForm) => {
    const given = param.trim() === '' ? {} : { param: JSON.parse(param) as unknown }
    const tasks = agents.map((agent) => ({ agent, app, func, dependsOn, timeoutMs: (timeoutS ?? 0) * 1_000, ...given }))
    return done(text('queues.add'), async () => (await ask(AddQueueTasksDocument, { input: { queue: queue.id, tasks } })).addQueueTasks)
  }
  const initial: Partial<TaskForm> = { agents: [], app: queue.app ?? '', func: '', param: '', dependsOn: after, timeoutS: 90 }
  return (
    <FormDialog<TaskForm>
      needs="RUN"
      label={after.length === 0 ? text('queues.add') : text('queues.addAfter', { count: after.length })}
      okText={text('queues.addNow')}
      initial={initial}
      save={add}
      after={added}
    >
      <Fields queue={queue} />
    </FormDialog>
  )
}

function Fields({ queue }: { readonly queue: QueueOfPage }) {
  const text = useText()
  const form = Form.useFormInstance()
  const app = Form.useWatch('app', form) as string | undefined
  const func = Form.useWatch('func', form) as string | undefined
  const agents = useAsk('agent-choices', AgentChoicesDocument, { first: 500 })
  const apps = useAsk('functions', AppFunctionsDocument, { first: 200 })
  const schema = apps.data?.apps.nodes.find(({ name }) => name === app)?.functions.find(({ name }) => name === func)?.param
  const required = [{ required: true, message: text('run.required') }]
  return (
    <>
      <Form.Item name="dependsOn" label={text('task.parents')}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          options={queue.tasks.nodes.map((task) => ({ value: task.id, label: `${task.app}.${task.func} ${task.id.slice(0, 6)}` }))}
        />
      </Form.Item>
      <Form.Item name="agents" label={text('nav.agents')} rules={required}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          options={(agents.data?.agents.nodes ?? []).map(({ id, name, ip }) => ({ value: id, label: name === ip ? ip : `${name} (${ip})` }))}
        />
      </Form.Item>
      <Form.Item name="app" label={text('task.app')} rules={required}>
        <Input />
      </Form.Item>
      <Form.Item name="func" label={text('task.func')} rules={required}>
        <Input />
      </Form.Item>
      <ParamField schema={schema} />
      <Form.Item name="timeoutS" label={text('run.timeout')}>
        <InputNumber min={0} max={2_147_483} suffix="s" style={{ width: 140 }} />
      </Form.Item>
    </>
  )
}
