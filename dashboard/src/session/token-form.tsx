import { Button, Form, Input } from 'antd'
import { useText } from '../words/use-text.ts'

/** The token of the start message, or of standalone.json, lets a browser in. */
export function TokenForm() {
  const text = useText()
  const enter = ({ token }: { readonly token: string }) => location.assign(`/?token=${encodeURIComponent(token.trim())}`)
  return (
    <Form layout="vertical" onFinish={enter} requiredMark={false}>
      <Form.Item name="token" label={text('signIn.token')} extra={text('signIn.where')} rules={[{ required: true, message: text('run.required') }]}>
        <Input.Password autoComplete="off" />
      </Form.Item>
      <Button type="primary" htmlType="submit">
        {text('signIn.enter')}
      </Button>
    </Form>
  )
}
