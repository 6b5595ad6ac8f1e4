import { AutoComplete, Button, DatePicker, Form, Input, Select } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import {
  AgentChoicesDocument,
  CreateScheduleDocument,
  type MisfirePolicy,
  type OverlapPolicy,
  type ScheduleDetailQuery,
  UpdateScheduleDocument,
} from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { jsonText } from '../../parts/json.tsx'
import { useDone } from '../../parts/use-done.tsx'
import { type TextKey, useText } from '../../words/use-text.ts'
import { ParamField } from '../run/param-field.tsx'
import { RulePreview } from './rule-preview.tsx'
import { ownZone } from './zone-time.ts'

interface ScheduleForm {
  readonly name: string
  readonly rule: string
  readonly timeZone: string
  readonly startsAt: Dayjs | null
  readonly endsAt: Dayjs | null
  readonly misfire: MisfirePolicy
  readonly overlap: OverlapPolicy
  readonly agent: string
  readonly app: string
  readonly func: string
  readonly param: string
}

export interface ScheduleEditorProps {
  /** Null: a new one is made. */
  readonly edited: NonNullable<ScheduleDetailQuery['schedule']> | null
  readonly after: (id: string) => void
}

const zones = Intl.supportedValuesOf('timeZone')
const misfires: readonly MisfirePolicy[] = ['FIRE_ONCE', 'SKIP', 'FIRE_ALL']
const overlaps: readonly OverlapPolicy[] = ['ALLOW', 'SKIP', 'QUEUE']
const sampleRules = ['0 0 3 * * ?', '0 0/15 * * * ?', '0 30 8 ? * MON-FRI', '0 0 4 1 * ?']

/** Makes a schedule, or changes one: what its rule means is seen before. */
export function ScheduleEditor({ edited, after }: ScheduleEditorProps) {
  const text = useText()
  const done = useDone()
  const [form] = Form.useForm<ScheduleForm>()
  const rule = Form.useWatch('rule', form) ?? ''
  const timeZone = Form.useWatch('timeZone', form) ?? 'UTC'
  const agents = useAsk('agent-choices', AgentChoicesDocument, { first: 500 })
  const choices = new Map((agents.data?.agents.nodes ?? []).map((agent) => [agent.id, agent]))
  if (edited?.agent) choices.set(edited.agent.id, { ...edited.agent, state: 'CONNECTED', apps: [] })
  const initial = initialOf(edited)
  const save = async (given: ScheduleForm) => {
    let id: string | undefined
    const isDone = await done(text(edited ? 'schedules.edit' : 'schedules.new'), async () => {
      if (edited) {
        id = edited.id
        const changed = { ...sentOf(given) } as Record<string, unknown>
        const before = sentOf(initial) as unknown as Record<string, unknown>
        // What stays as it is is not sent: a parameter keeps its text, and an agent that was given by its address stays so.
        for (const name of Object.keys(changed)) if (JSON.stringify(changed[name]) === JSON.stringify(before[name])) delete changed[name]
        return (await ask(UpdateScheduleDocument, { input: { schedule: edited.id, ...changed } })).updateSchedule
      }
      const { createSchedule } = await ask(CreateScheduleDocument, { input: sentOf(given) })
      id = createSchedule.schedule?.id
      return createSchedule
    })
    if (isDone && id !== undefined) after(id)
  }
  const required = [{ required: true, message: text('run.required') }]
  return (
    <Form form={form} layout="vertical" initialValues={initial} requiredMark={false} onFinish={(values) => void save(values)}>
      <Form.Item name="name" label={text('queues.name')}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="rule" label={text('schedules.rule')} rules={required} extra={text('schedules.ruleNote')}>
        <AutoComplete className="mono" options={sampleRules.map((value) => ({ value }))} />
      </Form.Item>
      <Form.Item name="timeZone" label={text('schedules.zone')} rules={required}>
        <Select showSearch options={[...new Set(['UTC', ...zones, edited?.timeZone ?? 'UTC'])].map((value) => ({ value, label: value }))} />
      </Form.Item>
      <RulePreview rule={rule} timeZone={timeZone} />
      <div className="filters">
        <Form.Item name="startsAt" label={text('schedules.startsAt')}>
          <DatePicker showTime />
        </Form.Item>
        <Form.Item name="endsAt" label={text('schedules.endsAt')}>
          <DatePicker showTime />
        </Form.Item>
      </div>
      <Form.Item name="agent" label={text('task.agent')} rules={required}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={[...choices.values()].map(({ id, name, ip }) => ({ value: id, label: `${name} (${ip})` }))}
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
        {text(edited ? 'agents.save' : 'queues.create')}
      </Button>
    </Form>
  )
}

function initialOf(edited: ScheduleEditorProps['edited']): ScheduleForm {
  if (edited === null) {
    return {
      ...{ name: '', rule: sampleRules[0] ?? '', timeZone: ownZone(), startsAt: null, endsAt: null, misfire: 'FIRE_ONCE', overlap: 'ALLOW' },
      ...{ agent: '', app: '', func: '', param: '' },
    }
  }
  const { name, rule, timeZone, startsAt, endsAt, misfire, overlap, agent, app, func, param } = edited
  return {
    ...{ name: name ?? '', rule, timeZone, misfire, overlap, app, func },
    startsAt: startsAt === null ? null : dayjs(startsAt),
    endsAt: endsAt === null ? null : dayjs(endsAt),
    agent: agent?.id ?? '',
    param: param === null ? '' : jsonText(param),
  }
}

function sentOf({ name, param, startsAt, endsAt, ...given }: ScheduleForm) {
  return {
    ...given,
    name: name === '' ? null : name,
    startsAt: startsAt?.toISOString() ?? null,
    endsAt: endsAt?.toISOString() ?? null,
    param: param.trim() === '' ? null : (JSON.parse(param) as unknown),
  }
}
