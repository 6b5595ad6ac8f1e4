import { Card, Table } from 'antd'
import {
  DisableUserDocument,
  EnableUserDocument,
  EndSessionsDocument,
  EraseUserDocument,
  ResetPasswordDocument,
  type UserListQuery,
} from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { Act } from '../../parts/act.tsx'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import { State } from '../../parts/state.tsx'
import { Tags } from '../../parts/tags.tsx'
import { When } from '../../parts/when.tsx'
import { useText } from '../../words/use-text.ts'
import { fullName } from '../../words/user-name.ts'
import { NewUser, UserRoles } from './user-forms.tsx'

type User = UserListQuery['users']['nodes'][number]

export interface UsersProps {
  /** Undefined: not known yet. */
  readonly list: UserListQuery | undefined
  /** Names of all roles. */
  readonly roles: readonly string[]
  readonly after: (position: string | null) => void
}

/** Who has a name here, and what is to be done about them. */
export function Users({ list, roles, after }: UsersProps) {
  const text = useText()
  return (
    <Card size="small" title={text('users.title')} extra={<NewUser roles={roles} after={after} />}>
      <Table<User>
        size="small"
        rowKey="id"
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        dataSource={[...(list?.users.nodes ?? [])]}
        locale={{ emptyText: text('users.none') }}
        onRow={({ id, name, state }) => ({ 'data-user': state === 'ERASED' ? id : name }) as object}
        columns={[
          { title: text('task.state'), render: (_, { state }) => <State state={state} of="user" /> },
          {
            title: text('queues.name'),
            render: (_, user) => (user.state === 'ERASED' ? <span className="muted">{text('users.erased', { id: user.id })}</span> : fullName(user)),
          },
          { title: text('access.roles'), render: (_, user) => <Tags names={user.roles} /> },
          { title: text('users.lastSignIn'), render: (_, { lastSignInAt }) => <When at={lastSignInAt} /> },
          { title: text('users.failed'), dataIndex: 'failedSignIns' },
          { title: text('me.sessions'), render: (_, { sessions }) => sessions.length },
          { title: '', align: 'end', render: (_, user) => user.state !== 'ERASED' && <Actions user={user} roles={roles} after={after} /> },
        ]}
      />
      {list?.users.pageInfo.hasNextPage && <span className="muted">{text('list.cut', { count: list.users.nodes.length })}</span>}
    </Card>
  )
}

function Actions({
  user,
  roles,
  after,
}: {
  readonly user: User
  readonly roles: readonly string[]
  readonly after: (position: string | null) => void
}) {
  const text = useText()
  const input = { user: user.id }
  const reset = async () => {
    const { resetPassword } = await ask(ResetPasswordDocument, { input })
    return { ...resetPassword, shown: [{ label: 'signIn.password', value: resetPassword.password }] as const }
  }
  return (
    <span className="filters">
      <UserRoles user={user} roles={roles} after={after} />
      <SecretDialog label={text('users.reset')} needs="MANAGE_ACCESS" make={reset} after={after} isSmall>
        {text('users.resetWhat', { name: user.name })}
      </SecretDialog>
      {user.sessions.length > 0 && (
        <Act
          needs="MANAGE_ACCESS"
          label={text('users.endSessions')}
          what={text('users.endSessionsWhat', { count: user.sessions.length, name: user.name })}
          act={async () => (await ask(EndSessionsDocument, { input })).endSessions}
          after={after}
        />
      )}
      {user.state === 'ACTIVE' ? (
        <Act
          needs="MANAGE_ACCESS"
          label={text('users.disable')}
          what={text('users.disableWhat', { name: user.name })}
          isDangerous
          asksReason
          act={async (reason) => (await ask(DisableUserDocument, { input: { ...input, reason } })).disableUser}
          after={after}
        />
      ) : (
        <Act
          needs="MANAGE_ACCESS"
          label={text('users.enable')}
          what={text('users.enableWhat', { name: user.name })}
          act={async () => (await ask(EnableUserDocument, { input })).enableUser}
          after={after}
        />
      )}
      <Act
        needs="MANAGE_ACCESS"
        label={text('users.erase')}
        what={text('users.eraseWhat', { name: user.name })}
        isDangerous
        asksReason
        act={async (reason) => (await ask(EraseUserDocument, { input: { ...input, reason } })).eraseUser}
        after={after}
      />
    </span>
  )
}
