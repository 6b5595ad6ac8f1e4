import { Form, Input } from 'antd'
import { SetAgentLabelsDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { checkJson } from '../../parts/check-json.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { useDone } from '../../parts/use-done.tsx'
import { useText } from '../../words/use-text.ts'

interface LabelForm {
  /** JSON. */
  readonly labels: string
}

export function LabelEditor({ agent, labels }: { readonly agent: string; readonly labels: unknown }) {
  const text = useText()
  const done = useDone()
  const save = (given: LabelForm) => {
    const input = { agent, labels: JSON.parse(given.labels) as unknown }
    return done(text('agents.setLabels'), async () => (await ask(SetAgentLabelsDocument, { input })).setAgentLabels)
  }
  return (
    <FormDialog<LabelForm>
      needs="MANAGE_AGENTS"
      label={text('agents.setLabels')}
      okText={text('agents.save')}
      initial={{ labels: JSON.stringify(labels, null, 2) }}
      save={save}
      isSmall
    >
      <Form.Item name="labels" label={text('agents.labelsJson')} rules={[{ validator: (_, json: string) => checkJson(json, text('run.notJson')) }]}>
        <Input.TextArea rows={8} className="mono" spellCheck={false} />
      </Form.Item>
    </FormDialog>
  )
}
