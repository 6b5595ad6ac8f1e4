import { Form, Select } from 'antd'
import type { SubjectKind } from '../../../generated/operations.ts'
import { useText } from '../../words/use-text.ts'

interface Named {
  readonly id: string
  readonly name: string
}

export interface SubjectsProps {
  readonly users: readonly Named[]
  /** Names of all roles. */
  readonly roles: readonly string[]
  readonly keys: readonly Named[]
}

const kinds: readonly SubjectKind[] = ['USER', 'ROLE', 'AUTH_KEY']

/** Whom a grant is for: chosen by name. */
export function SubjectItems({ users, roles, keys }: SubjectsProps) {
  const text = useText()
  const form = Form.useFormInstance()
  const kind = Form.useWatch('kind', form) as SubjectKind | undefined
  const names: Readonly<Record<SubjectKind, readonly Named[]>> = { USER: users, ROLE: roles.map((name) => ({ id: name, name })), AUTH_KEY: keys }
  return (
    <>
      <Form.Item name="kind" label={text('access.subjectKind')}>
        <Select options={kinds.map((value) => ({ value, label: text(`access.${value}`) }))} onChange={() => form.resetFields(['id'])} />
      </Form.Item>
      <Form.Item name="id" label={text('access.subject')} rules={[{ required: true, message: text('run.required') }]}>
        <Select showSearch={{ optionFilterProp: 'label' }} options={names[kind ?? 'USER'].map(({ id, name }) => ({ value: id, label: name }))} />
      </Form.Item>
    </>
  )
}
