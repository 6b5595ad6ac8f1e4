import { DatePicker, Form, Select } from 'antd'
import { GivePermissionDocument, type Permission, type SubjectKind } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { permissionOptions } from '../../parts/permissions.ts'
import { useDone } from '../../parts/use-done.tsx'
import { useText } from '../../words/use-text.ts'
import { ScopeItems } from './scope-items.tsx'
import { SubjectItems, type SubjectsProps } from './subject-items.tsx'

interface GrantForm {
  readonly kind: SubjectKind
  readonly id: string
  readonly permission: Permission
  readonly apps: readonly string[]
  readonly funcs: readonly string[]
  readonly agents: string
  readonly secrets: readonly string[]
  readonly expiresAt?: { toISOString(): string } | null
}

export function NewGrant({ after, ...subjects }: SubjectsProps & { readonly after: (position: string | null) => void }) {
  const text = useText()
  const done = useDone()
  const give = ({ kind, id, expiresAt, ...over }: GrantForm) => {
    const input = { ...over, subject: { kind, id }, expiresAt: expiresAt?.toISOString() ?? null }
    return done(text('access.grant'), async () => (await ask(GivePermissionDocument, { input })).grant)
  }
  const initial: Partial<GrantForm> = { kind: 'USER', permission: 'RUN', apps: ['*'], funcs: ['*'], agents: '', secrets: ['*'] }
  return (
    <FormDialog<GrantForm>
      needs="MANAGE_ACCESS"
      label={text('access.grant')}
      okText={text('access.grant')}
      initial={initial}
      save={give}
      after={after}
    >
      <SubjectItems {...subjects} />
      <Form.Item name="permission" label={text('access.permission')}>
        <Select options={permissionOptions} />
      </Form.Item>
      <ScopeItems />
      <Form.Item name="expiresAt" label={text('access.expires')}>
        <DatePicker showTime />
      </Form.Item>
    </FormDialog>
  )
}
