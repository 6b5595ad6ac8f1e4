import { Button, Card, DatePicker, Form, Input, Select } from 'antd'
import { useState } from 'react'
import type { Permission, WhoCanQueryVariables } from '../../../generated/operations.ts'
import { permissionOptions } from '../../parts/permissions.ts'
import { WhoCanList } from '../../parts/who-can-list.tsx'
import { useText } from '../../words/use-text.ts'

interface Question {
  readonly permission: Permission
  readonly app?: string
  readonly func?: string
  readonly agent?: string
  readonly at?: { toISOString(): string } | null
}

/** "Who may run Y on Z, and why, and at that time?" */
export function WhoMay() {
  const text = useText()
  const [asked, setAsked] = useState<Omit<WhoCanQueryVariables, 'language'> | null>(null)
  const answer = ({ permission, app, func, agent, at }: Question) =>
    setAsked({ permission, app: app || null, func: func || null, agent: agent || null, at: at?.toISOString() ?? null })
  return (
    <Card size="small" title={text('access.whoMay')}>
      <Form layout="inline" initialValues={{ permission: 'RUN' }} onFinish={answer}>
        <Form.Item name="permission">
          <Select aria-label={text('access.permission')} style={{ width: 170 }} options={permissionOptions} />
        </Form.Item>
        <Form.Item name="app">
          <Input aria-label={text('task.app')} placeholder={text('task.app')} />
        </Form.Item>
        <Form.Item name="func">
          <Input aria-label={text('task.func')} placeholder={text('task.func')} />
        </Form.Item>
        <Form.Item name="agent">
          <Input aria-label={text('task.agent')} placeholder={text('task.agent')} />
        </Form.Item>
        <Form.Item name="at">
          <DatePicker showTime aria-label={text('access.at')} placeholder={text('access.at')} />
        </Form.Item>
        <Button type="primary" htmlType="submit">
          {text('access.ask')}
        </Button>
      </Form>
      <WhoCanList asked={asked} />
    </Card>
  )
}
