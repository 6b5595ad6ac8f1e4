import { Form, Input, Select } from 'antd'
import { useText } from '../../words/use-text.ts'

/** Over what: apps, functions, agents and secrets. */
export function ScopeItems() {
  const text = useText()
  return (
    <>
      <Form.Item name="apps" label={text('nav.apps')}>
        <Select mode="tags" open={false} />
      </Form.Item>
      <Form.Item name="funcs" label={text('task.func')}>
        <Select mode="tags" open={false} />
      </Form.Item>
      <Form.Item name="agents" label={text('run.selector')}>
        <Input />
      </Form.Item>
      <Form.Item name="secrets" label={text('secrets.title')} extra={text('secrets.scopeNote')}>
        <Select mode="tags" open={false} />
      </Form.Item>
    </>
  )
}
