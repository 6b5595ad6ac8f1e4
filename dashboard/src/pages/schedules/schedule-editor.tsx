import { AutoComplete, Button, Form, Input, Select } from 'antd'
import { AgentChoicesDocument, CreateScheduleDocument, type MisfirePolicy, type OverlapPolicy } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { useDone } from '../../parts/use-done.tsx'
import { type TextKey, useText } from '../../words/use-text.ts'
import { ParamField } from '../run/param-field.tsx'
import { RulePreview } from './rule-preview.tsx'

interface ScheduleForm {
  readonly name: string
  readonly rule: string
  readonly timeZone: string
  readonly misfire: MisfirePolicy
  readonly overlap: OverlapPolicy
  readonly agent: string
  readonly app: string
  readonly func: string
  readonly param: string
}

const zones = Intl.supportedValuesOf('timeZone')
const misfires: readonly MisfirePolicy[] = ['FIRE_ONCE', 'SKIP', 'FIRE_ALL']
const overlaps: readonly OverlapPolicy[] = ['ALLOW', 'SKIP', 'QUEUE']
const sampleRules = ['0 0 3 * * ?', '0 0/15 * * * ?', '0 30 8 ? * MON-FRI', '0 0 4 1 * ?']

/** Makes a schedule: what its rule means is seen before it is made. */
export function ScheduleEditor({ after }: { readonly after: (id: string) => void }) {
  const text = useText()
  const done = useDone()
  const [form] = Form.useForm<ScheduleForm>()
  const rule = Form.useWatch('rule', form) ?? ''
  const timeZone = Form.useWatch('timeZone', form) ?? 'UTC'
  const agents = useAsk('agent-choices', AgentChoicesDocument, { first: 500 })
  const create = async ({ param, name, ...given }: ScheduleForm) => {
    let id: string | undefined
    const isDone = await done(text('schedules.new'), async () => {
      const input = { ...given, name: name === '' ? null : name, ...(param.trim() !== '' && { param: JSON.parse(param) as unknown }) }
      const { createSchedule } = await ask(CreateScheduleDocument, { input })
      id = createSchedule.schedule?.id
      return createSchedule
    })
    if (isDone && id !== undefined) after(id)
  }
  const required = [{ required: true, message: text('run.required') }]
  const initial: Partial<ScheduleForm> = {
    ...{ name: '', rule: sampleRules[0] ?? '', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, misfire: 'FIRE_ONCE', overlap: 'ALLOW' },
    ...{ app: '', func: '', param: '' },
  }
  return (
    <Form form={form} layout="vertical" initialValues={initial} requiredMark={false} onFinish={(values) => void create(values)}>
      <Form.Item name="name" label={text('queues.name')}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="rule" label={text('schedules.rule')} rules={required} extra={text('schedules.ruleNote')}>
        <AutoComplete className="mono" options={sampleRules.map((value) => ({ value }))} />
      </Form.Item>
      <Form.Item name="timeZone" label={text('schedules.zone')} rules={required}>
        <Select showSearch options={[...new Set(['UTC', ...zones])].map((value) => ({ value, label: value }))} />
      </Form.Item>
      <RulePreview rule={rule} timeZone={timeZone} />
      <Form.Item name="agent" label={text('task.agent')} rules={required}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={(agents.data?.agents.nodes ?? []).map(({ id, name, ip }) => ({ value: id, label: `${name} (${ip})` }))}
        />
      </Form.Item>
      <Form.Item name="app" label={text('task.app')} rules={required}>
        <Input />
      </Form.Item>
      <Form.Item name="func" label={text('task.func')} rules={required}>
        <Input />
      </Form.Item>
      <ParamField schema={null} />
      <Form.Item name="misfire" label={text('schedules.misfire')}>
        <Select options={misfires.map((value) => ({ value, label: text(`misfire.${value}` as TextKey) }))} />
      </Form.Item>
      <Form.Item name="overlap" label={text('schedules.overlap')}>
        <Select options={overlaps.map((value) => ({ value, label: text(`overlap.${value}` as TextKey) }))} />
      </Form.Item>
      <Button type="primary" htmlType="submit">
        {text('queues.create')}
      </Button>
    </Form>
  )
}
