import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { SignInDocument } from '../../generated/operations.ts'
import { type AskError, ask } from '../graphql/ask.ts'
import { asAskError } from '../graphql/use-live-list.ts'
import { Fault } from '../parts/fault.tsx'
import { useText } from '../words/use-text.ts'

interface Credentials {
  readonly name: string
  readonly password: string
  /** A code of the second factor, where the user has one. */
  readonly otp?: string
}

/** A right name and password give the browser a cookie: the page begins anew with it, at the same address. */
export function PasswordForm() {
  const text = useText()
  const [error, setError] = useState<AskError | null>(null)
  const [isAsking, setAsking] = useState(false)
  const [wantsCode, setWantsCode] = useState(false)
  const enter = async (input: Credentials) => {
    setAsking(true)
    setError(null)
    try {
      await ask(SignInDocument, { input })
      location.reload()
    } catch (thrown) {
      const fault = asAskError(thrown)
      const isFirst = fault.code === 'SECOND_FACTOR_NEEDED' && !wantsCode
      if (isFirst) setWantsCode(true)
      setError(isFirst ? null : fault)
      setAsking(false)
    }
  }
  const required = [{ required: true, message: text('run.required') }]
  return (
    <Form layout="vertical" onFinish={(given: Credentials) => void enter(given)} requiredMark={false}>
      <Form.Item name="name" label={text('signIn.name')} rules={required}>
        <Input autoComplete="username" autoFocus />
      </Form.Item>
      <Form.Item name="password" label={text('signIn.password')} rules={required}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      {wantsCode && (
        <Form.Item name="otp" label={text('signIn.code')} extra={text('signIn.codeNote')} rules={required}>
          <Input autoComplete="one-time-code" inputMode="numeric" autoFocus />
        </Form.Item>
      )}
      <div className="stack">
        <Fault error={error} />
        <Button type="primary" htmlType="submit" loading={isAsking}>
          {text('signIn.enter')}
        </Button>
      </div>
    </Form>
  )
}
