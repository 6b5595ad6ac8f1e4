import { Button, Form, Input } from 'antd'
import { ChangePasswordDocument } from '../../generated/operations.ts'
import { ask } from '../graphql/ask.ts'
import { useDone } from '../parts/use-done.tsx'
import { useText } from '../words/use-text.ts'

interface Passwords {
  readonly oldPassword: string
  readonly newPassword: string
  readonly again: string
}

/** For one's own password. */
export function ChangePassword({ after }: { readonly after: (position: string | null) => void }) {
  const text = useText()
  const done = useDone()
  const [form] = Form.useForm<Passwords>()
  const change = async ({ oldPassword, newPassword }: Passwords) => {
    const input = { oldPassword, newPassword }
    const is = await done(text('me.changePassword'), async () => (await ask(ChangePasswordDocument, { input })).changePassword)
    if (!is) return
    form.resetFields()
    after(is.position)
  }
  const required = { required: true, message: text('run.required') }
  const isSame = (_: unknown, again: string) =>
    again === form.getFieldValue('newPassword') ? Promise.resolve() : Promise.reject(new Error(text('me.notSame')))
  return (
    <Form form={form} layout="vertical" onFinish={(given: Passwords) => void change(given)} requiredMark={false} data-change-password>
      <Form.Item name="oldPassword" label={text('me.oldPassword')} rules={[required]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="newPassword" label={text('me.newPassword')} extra={text('me.passwordRule')} rules={[required]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item name="again" label={text('me.again')} dependencies={['newPassword']} rules={[required, { validator: isSame }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit">
        {text('me.changePassword')}
      </Button>
    </Form>
  )
}
