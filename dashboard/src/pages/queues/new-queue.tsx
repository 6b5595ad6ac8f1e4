import { Form, Input, Switch } from 'antd'
import { useNavigate } from 'react-router'
import { CreateQueueDocument, type QueueTaskInput } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { checkJson } from '../../parts/check-json.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { useDone } from '../../parts/use-done.tsx'
import { useText } from '../../words/use-text.ts'

const sample: readonly QueueTaskInput[] = [
  { key: 'first', agent: '127.0.0.1', app: 'apptest', func: 'helloword' },
  { key: 'second', dependsOn: ['first'], agent: '127.0.0.1', app: 'apptest', func: 'helloword' },
]

interface QueueForm {
  readonly name: string
  /** JSON. */
  readonly tasks: string
  /** False: it stays open, and tasks can be added on its page. */
  readonly commit: boolean
}

/** Tasks as JSON: dependencies are the point of a queue, and a form for a graph would say less than the text. */
export function NewQueue() {
  const text = useText()
  const done = useDone()
  const navigate = useNavigate()
  const create = async ({ name, tasks, commit }: QueueForm) => {
    let id: string | undefined
    const isDone = await done(text('queues.new'), async () => {
      const input = { name: name === '' ? null : name, tasks: JSON.parse(tasks) as QueueTaskInput[], commit }
      const { createQueue } = await ask(CreateQueueDocument, { input })
      id = createQueue.queue?.id
      return createQueue
    })
    if (isDone && id !== undefined) void navigate(`/queues/${id}`, { state: { notBefore: isDone.position } })
    return isDone
  }
  return (
    <FormDialog<QueueForm>
      needs="RUN"
      label={text('queues.new')}
      okText={text('queues.create')}
      initial={{ name: '', tasks: JSON.stringify(sample, null, 2), commit: true }}
      save={create}
    >
      <Form.Item name="name" label={text('queues.name')}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="tasks" label={text('queues.tasks')} rules={[{ validator: (_, json: string) => checkList(json, text('run.notJson')) }]}>
        <Input.TextArea rows={14} className="mono" spellCheck={false} />
      </Form.Item>
      <Form.Item name="commit" label={text('queues.commitNow')} valuePropName="checked" extra={text('queues.commitNote')}>
        <Switch />
      </Form.Item>
    </FormDialog>
  )
}

async function checkList(json: string, message: string): Promise<void> {
  await checkJson(json, message)
  if (!Array.isArray(JSON.parse(json))) throw new Error(`${message}: [ … ]`)
}
