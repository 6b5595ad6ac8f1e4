import { Form, Input } from 'antd'
import { CreateAppDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { useDone } from '../../parts/use-done.tsx'
import { useText } from '../../words/use-text.ts'

interface AppForm {
  readonly name: string
  readonly displayName: string
  readonly description: string
}

export function NewApp() {
  const text = useText()
  const done = useDone()
  const create = (input: AppForm) => done(text('apps.new'), async () => (await ask(CreateAppDocument, { input })).createApp)
  return (
    <FormDialog<AppForm>
      needs="MANAGE_APPS"
      label={text('apps.new')}
      okText={text('queues.create')}
      initial={{ name: '', displayName: '', description: '' }}
      save={create}
    >
      <Form.Item name="name" label={text('queues.name')} rules={[{ required: true, message: text('run.required') }]}>
        <Input />
      </Form.Item>
      <Form.Item name="displayName" label={text('apps.displayName')}>
        <Input />
      </Form.Item>
      <Form.Item name="description" label={text('apps.description')}>
        <Input.TextArea rows={3} />
      </Form.Item>
    </FormDialog>
  )
}
