import { Card, Form, Input, Select, Table } from 'antd'
import { type AccessStateQuery, CreateRoleDocument, DeleteRoleDocument, type Permission, UpdateRoleDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { Act } from '../../parts/act.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { permissionOptions } from '../../parts/permissions.ts'
import { Tags } from '../../parts/tags.tsx'
import { useDone } from '../../parts/use-done.tsx'
import { useText, wordOf } from '../../words/use-text.ts'
import { ScopeItems } from './scope-items.tsx'

type Role = AccessStateQuery['roles'][number]

/** What users are allowed by a name. */
export function Roles({ roles, after }: { readonly roles: readonly Role[]; readonly after: (position: string | null) => void }) {
  const text = useText()
  return (
    <Card size="small" title={text('access.roles')} extra={<RoleForm edited={null} after={after} />}>
      <Table<Role>
        size="small"
        rowKey="name"
        pagination={false}
        dataSource={[...roles]}
        columns={[
          { title: text('queues.name'), render: (_, { name, isBuiltIn }) => (isBuiltIn ? `${name} (${text('access.builtIn')})` : name) },
          {
            title: text('access.permissions'),
            render: (_, role) => <Tags names={role.permissions} />,
          },
          {
            title: text('access.over'),
            render: (_, { apps, funcs, agents }) => `${apps.join(', ')} · ${funcs.join(', ')} · ${agents === '' ? '*' : agents}`,
          },
          {
            title: text('apps.description'),
            // Those that are always there are described in the language of the page.
            render: (_, { name, isBuiltIn, description }) => (isBuiltIn ? wordOf([`role.${name}`], description) : description),
          },
          { title: '', align: 'end', render: (_, role) => !role.isBuiltIn && <Actions role={role} after={after} /> },
        ]}
      />
    </Card>
  )
}

function Actions({ role, after }: { readonly role: Role; readonly after: (position: string | null) => void }) {
  const text = useText()
  return (
    <span className="filters">
      <RoleForm edited={role} after={after} />
      <Act
        needs="MANAGE_ACCESS"
        label={text('roles.delete')}
        what={text('roles.deleteWhat', { name: role.name })}
        isDangerous
        act={async () => (await ask(DeleteRoleDocument, { input: { name: role.name } })).deleteRole}
        after={after}
      />
    </span>
  )
}

interface RoleValues {
  readonly name: string
  readonly description: string
  readonly permissions: readonly Permission[]
  readonly apps: readonly string[]
  readonly funcs: readonly string[]
  readonly agents: string
  readonly secrets: readonly string[]
}

/** Makes a role (null), or changes one. */
function RoleForm({ edited, after }: { readonly edited: Role | null; readonly after: (position: string | null) => void }) {
  const text = useText()
  const done = useDone()
  const label = text(edited ? 'users.change' : 'roles.new')
  const save = (input: RoleValues) => {
    return done(label, async () =>
      edited
        ? (await ask(UpdateRoleDocument, { input: { ...input, name: edited.name } })).updateRole
        : (await ask(CreateRoleDocument, { input })).createRole,
    )
  }
  const { isBuiltIn: _, ...given } = edited ?? { isBuiltIn: false }
  const all = { apps: ['*'], funcs: ['*'], agents: '', secrets: ['*'] }
  const initial: Partial<RoleValues> = edited ? given : { name: '', description: '', permissions: ['VIEW'], ...all }
  const required = [{ required: true, message: text('run.required') }]
  return (
    <FormDialog<RoleValues> label={label} needs="MANAGE_ACCESS" okText={text('agents.save')} initial={initial} save={save} after={after} isSmall>
      {!edited && (
        <Form.Item name="name" label={text('queues.name')} rules={required}>
          <Input maxLength={64} />
        </Form.Item>
      )}
      <Form.Item name="permissions" label={text('access.permissions')} rules={required}>
        <Select mode="multiple" options={permissionOptions} />
      </Form.Item>
      <ScopeItems />
      <Form.Item name="description" label={text('apps.description')}>
        <Input maxLength={1_000} />
      </Form.Item>
    </FormDialog>
  )
}
