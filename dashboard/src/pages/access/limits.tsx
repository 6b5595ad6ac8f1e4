import { Card, Form, Input, InputNumber, Select } from 'antd'
import { type LimitedKind, type LimitsAndGuardsQuery, RemoveLimitDocument, SetLimitDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { Act } from '../../parts/act.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { useDone } from '../../parts/use-done.tsx'
import { type TextKey, useText } from '../../words/use-text.ts'

type Limit = LimitsAndGuardsQuery['limits']['nodes'][number]

interface LimitForm {
  readonly kind: LimitedKind
  readonly of: string
  readonly openTasks?: number | null
  readonly tasksPerHour?: number | null
  readonly runningTasks?: number | null
}

const kinds: readonly LimitedKind[] = ['USER', 'AUTH_KEY', 'APP', 'AGENT']
const numbers = ['openTasks', 'tasksPerHour', 'runningTasks'] as const

/** How much users, keys, apps and agents may have. */
export function Limits({ limits, after }: { readonly limits: readonly Limit[]; readonly after: (position: string | null) => void }) {
  const text = useText()
  return (
    <Card size="small" title={text('limits.title')} extra={<LimitFormDialog edited={null} after={after} />}>
      <ul className="plain">
        {limits.map((limit) => (
          <li key={limit.id} data-limit={`${limit.kind} ${limit.name ?? limit.of}`}>
            <b>{text(`limits.${limit.kind}` as TextKey)}</b>
            <span>{limit.of === '*' ? text('limits.each') : (limit.name ?? limit.of)}</span>
            {numbers.map((name) => limit[name] !== null && <span key={name}>{`${text(`limits.${name}`)}: ${limit[name]}`}</span>)}
            <span className="end filters">
              <LimitFormDialog edited={limit} after={after} />
              <Act
                needs="MANAGE_ACCESS"
                label={text('limits.remove')}
                what={text('limits.removeWhat')}
                isDangerous
                act={async () => (await ask(RemoveLimitDocument, { input: { kind: limit.kind, of: limit.of } })).removeLimit}
                after={after}
              />
            </span>
          </li>
        ))}
      </ul>
      {limits.length === 0 && <span className="muted">{text('limits.none')}</span>}
    </Card>
  )
}

/** Sets a limit (null), or changes one. */
function LimitFormDialog({ edited, after }: { readonly edited: Limit | null; readonly after: (position: string | null) => void }) {
  const text = useText()
  const done = useDone()
  const label = text(edited ? 'users.change' : 'limits.new')
  const save = ({ openTasks = null, tasksPerHour = null, runningTasks = null, ...of }: LimitForm) => {
    const about = edited ? { kind: edited.kind, of: edited.of } : of
    return done(label, async () => (await ask(SetLimitDocument, { input: { ...about, openTasks, tasksPerHour, runningTasks } })).setLimit)
  }
  const initial: Partial<LimitForm> = edited ?? { kind: 'USER', of: '*' }
  return (
    <FormDialog<LimitForm> label={label} needs="MANAGE_ACCESS" okText={text('agents.save')} initial={initial} save={save} after={after} isSmall>
      {!edited && (
        <>
          <Form.Item name="kind" label={text('limits.kind')}>
            <Select options={kinds.map((value) => ({ value, label: text(`limits.${value}` as TextKey) }))} />
          </Form.Item>
          <Form.Item name="of" label={text('limits.of')} extra={text('limits.ofNote')} rules={[{ required: true, message: text('run.required') }]}>
            <Input />
          </Form.Item>
        </>
      )}
      {numbers.map((name) => (
        <Form.Item key={name} name={name} label={text(`limits.${name}`)} {...(name === 'runningTasks' && { extra: text('limits.runningNote') })}>
          <InputNumber min={0} precision={0} />
        </Form.Item>
      ))}
    </FormDialog>
  )
}
