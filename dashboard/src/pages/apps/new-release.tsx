import { Form, Input, InputNumber, Switch } from 'antd'
import { ReleaseAppVersionDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { useDone } from '../../parts/use-done.tsx'
import { useText } from '../../words/use-text.ts'

interface ReleaseForm {
  /** Shares or numbers of agents, each with all before it: `10%, 50%, 100%`. */
  readonly batches: string
  readonly pauseS: number | null
  readonly confirm: boolean
  readonly maxFailed: string
}

/** Releases a version: to so many agents first, then to more. */
export function NewRelease({ app, version }: { readonly app: string; readonly version: string }) {
  const text = useText()
  const done = useDone()
  const release = ({ batches, pauseS, confirm, maxFailed }: ReleaseForm) => {
    const rollout = { batches: sharesOf(batches), pauseMs: (pauseS ?? 0) * 1_000, confirm, maxFailed: maxFailed.trim() }
    return done(text('apps.release'), async () => (await ask(ReleaseAppVersionDocument, { input: { app, version, rollout } })).releaseAppVersion)
  }
  const initial: ReleaseForm = { batches: '10%, 50%, 100%', pauseS: 5, confirm: false, maxFailed: '0' }
  const required = [{ required: true, message: text('run.required') }]
  return (
    <FormDialog<ReleaseForm> label={text('apps.release')} needs="MANAGE_APPS" okText={text('apps.release')} initial={initial} save={release} isSmall>
      <p>{text('apps.releaseWhat', { version })}</p>
      <Form.Item name="batches" label={text('apps.batches')} rules={required} extra={text('apps.batchesNote')}>
        <Input />
      </Form.Item>
      <Form.Item name="pauseS" label={text('apps.pause')}>
        <InputNumber min={0} suffix="s" style={{ width: 140 }} />
      </Form.Item>
      <Form.Item name="confirm" label={text('apps.confirm')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item name="maxFailed" label={text('apps.maxFailed')} rules={required} extra={text('apps.maxFailedNote')}>
        <Input />
      </Form.Item>
    </FormDialog>
  )
}

function sharesOf(text: string): string[] {
  return text
    .split(/[,\s，、]+/)
    .map((share) => share.trim())
    .filter((share) => share !== '')
}
