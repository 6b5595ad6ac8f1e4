import { Card, Form, Input, InputNumber, Select } from 'antd'
import { type GuardOutcome, type LimitsAndGuardsQuery, RemoveGuardDocument, SetGuardDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { Act } from '../../parts/act.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { useDone } from '../../parts/use-done.tsx'
import { type TextKey, useText } from '../../words/use-text.ts'

type Guard = LimitsAndGuardsQuery['guards']['nodes'][number]

interface GuardForm {
  readonly app: string
  readonly name: string
  readonly funcs: readonly string[]
  readonly pattern?: string | null
  readonly outcome: GuardOutcome
  readonly message: string
  readonly approvalMinutes: number
}

const outcomes: readonly GuardOutcome[] = ['WARN', 'REFUSE', 'APPROVE']
const minuteMs = 60_000

/** What happens to dangerous calls of apps. */
export function Guards({ guards, after }: { readonly guards: readonly Guard[]; readonly after: (position: string | null) => void }) {
  const text = useText()
  return (
    <Card size="small" title={text('guards.title')} extra={<GuardFormDialog edited={null} after={after} />}>
      <ul className="plain">
        {guards.map((guard) => (
          <li key={guard.id} data-guard={`${guard.app} ${guard.name}`}>
            <b>{guard.name}</b>
            <span>{`${guard.app} · ${guard.funcs.join(', ')}`}</span>
            <span className="mono">{guard.pattern ?? text('guards.anyParam')}</span>
            <span>{text(`guards.${guard.outcome}` as TextKey)}</span>
            <span className="muted">{guard.message}</span>
            <span className="end filters">
              <GuardFormDialog edited={guard} after={after} />
              <Act
                needs="MANAGE_ACCESS"
                label={text('limits.remove')}
                what={text('guards.removeWhat', { name: guard.name })}
                isDangerous
                act={async () => (await ask(RemoveGuardDocument, { input: { app: guard.app, name: guard.name } })).removeGuard}
                after={after}
              />
            </span>
          </li>
        ))}
      </ul>
      {guards.length === 0 && <span className="muted">{text('guards.none')}</span>}
    </Card>
  )
}

/** Sets a guard (null), or changes one. */
function GuardFormDialog({ edited, after }: { readonly edited: Guard | null; readonly after: (position: string | null) => void }) {
  const text = useText()
  const done = useDone()
  const label = text(edited ? 'users.change' : 'guards.new')
  const save = ({ approvalMinutes, pattern, ...given }: GuardForm) => {
    const which = edited ? { app: edited.app, name: edited.name } : {}
    const input = { ...given, ...which, pattern: pattern || null, approvalMs: Math.round(approvalMinutes * minuteMs) }
    return done(label, async () => (await ask(SetGuardDocument, { input })).setGuard)
  }
  const initial: Partial<GuardForm> = edited
    ? { ...edited, approvalMinutes: edited.approvalMs / minuteMs }
    : { app: '', name: '', funcs: ['*'], outcome: 'APPROVE', message: '', approvalMinutes: 60 }
  const required = [{ required: true, message: text('run.required') }]
  return (
    <FormDialog<GuardForm> label={label} needs="MANAGE_ACCESS" okText={text('agents.save')} initial={initial} save={save} after={after} isSmall>
      {!edited && (
        <>
          <Form.Item name="app" label={text('task.app')} extra={text('guards.appNote')} rules={required}>
            <Input />
          </Form.Item>
          <Form.Item name="name" label={text('queues.name')} rules={required}>
            <Input maxLength={64} />
          </Form.Item>
        </>
      )}
      <Form.Item name="funcs" label={text('task.func')}>
        <Select mode="tags" open={false} />
      </Form.Item>
      <Form.Item name="pattern" label={text('guards.pattern')} extra={text('guards.patternNote')}>
        <Input maxLength={1_000} />
      </Form.Item>
      <Form.Item name="outcome" label={text('guards.outcome')}>
        <Select options={outcomes.map((value) => ({ value, label: text(`guards.${value}` as TextKey) }))} />
      </Form.Item>
      <Form.Item name="message" label={text('guards.message')}>
        <Input maxLength={1_000} />
      </Form.Item>
      <Form.Item name="approvalMinutes" label={text('guards.minutes')}>
        <InputNumber min={1} max={10_080} />
      </Form.Item>
    </FormDialog>
  )
}
