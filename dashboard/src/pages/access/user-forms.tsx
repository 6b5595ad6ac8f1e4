import { Form, Input, Select } from 'antd'
import { CreateUserDocument, UpdateUserDocument, type UserListQuery } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import { useDone } from '../../parts/use-done.tsx'
import { useText } from '../../words/use-text.ts'

interface NewUserForm {
  readonly name: string
  readonly displayName?: string
  readonly roles: readonly string[]
}

export interface UserFormProps {
  /** Names of all roles. */
  readonly roles: readonly string[]
  readonly after: (position: string | null) => void
}

/** Makes a user, whose first password is made too. */
export function NewUser({ roles, after }: UserFormProps) {
  const text = useText()
  const make = async ({ displayName = '', ...given }: NewUserForm) => {
    const { createUser } = await ask(CreateUserDocument, { input: { ...given, displayName: displayName.trim() || null } })
    return { ...createUser, shown: [{ label: 'signIn.password', value: createUser.password }] as const }
  }
  return (
    <SecretDialog<NewUserForm> label={text('users.new')} needs="MANAGE_ACCESS" initial={{ roles: [] }} make={make} after={after} isSmall>
      <Form.Item name="name" label={text('signIn.name')} rules={[{ required: true, message: text('run.required') }]}>
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <DisplayName />
      <RolesItem roles={roles} />
    </SecretDialog>
  )
}

type UserForm = Omit<NewUserForm, 'name'>

export function UserRoles({ user, roles, after }: UserFormProps & { readonly user: UserListQuery['users']['nodes'][number] }) {
  const text = useText()
  const done = useDone()
  const save = ({ displayName, roles: chosen }: UserForm) => {
    const input = { user: user.id, displayName: displayName ?? user.displayName, roles: chosen }
    return done(text('users.change'), async () => (await ask(UpdateUserDocument, { input })).updateUser)
  }
  const initial = { displayName: user.displayName, roles: user.roles }
  return (
    <FormDialog<UserForm>
      label={text('users.change')}
      needs="MANAGE_ACCESS"
      okText={text('agents.save')}
      initial={initial}
      save={save}
      after={after}
      isSmall
    >
      <DisplayName />
      <RolesItem roles={roles} />
    </FormDialog>
  )
}

function DisplayName() {
  const text = useText()
  return (
    <Form.Item name="displayName" label={text('users.displayName')}>
      <Input maxLength={128} />
    </Form.Item>
  )
}

function RolesItem({ roles }: { readonly roles: readonly string[] }) {
  const text = useText()
  return (
    <Form.Item name="roles" label={text('access.roles')}>
      <Select mode="multiple" options={roles.map((value) => ({ value, label: value }))} />
    </Form.Item>
  )
}
