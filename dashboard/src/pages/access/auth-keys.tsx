import { Card, Form, Input } from 'antd'
import { type AccessStateQuery, CreateAuthKeyDocument, RevokeAuthKeyDocument, RotateAuthKeyDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { Act } from '../../parts/act.tsx'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import { When } from '../../parts/when.tsx'
import { useText } from '../../words/use-text.ts'

type AuthKey = AccessStateQuery['authKeys']['nodes'][number]

interface KeyForm {
  readonly name: string
  readonly app?: string
}

/** The keys that programs of REST v2 sign with. */
export function AuthKeys({ keys, after }: { readonly keys: readonly AuthKey[]; readonly after: (position: string | null) => void }) {
  const text = useText()
  return (
    <Card size="small" title={text('access.keys')} extra={<NewAuthKey after={after} />}>
      <ul className="plain">
        {keys.map((key) => (
          <li key={key.id} data-auth-key={key.id}>
            <b>{key.name}</b>
            <span className="mono">{key.id}</span>
            <span>{key.app ?? '*'}</span>
            <span className="muted">{text(`key.${key.state}`)}</span>
            <span className="muted">
              <When at={key.createdAt} isFull />
            </span>
            <span className="end filters">{key.state !== 'REVOKED' && <Actions authKey={key} after={after} />}</span>
          </li>
        ))}
      </ul>
      {keys.length === 0 && <span className="muted">{text('access.noKeys')}</span>}
    </Card>
  )
}

function Actions({ authKey: { id, name }, after }: { readonly authKey: AuthKey; readonly after: (position: string | null) => void }) {
  const text = useText()
  const rotate = async () => {
    const { rotateAuthKey } = await ask(RotateAuthKeyDocument, { input: { id } })
    return { ...rotateAuthKey, shown: [{ label: 'keys.secret', value: rotateAuthKey.secret }] as const }
  }
  return (
    <>
      <SecretDialog label={text('keys.rotate')} needs="MANAGE_ACCESS" make={rotate} after={after} isSmall>
        {text('keys.rotateWhat', { name })}
      </SecretDialog>
      <Act
        needs="MANAGE_ACCESS"
        label={text('access.revoke')}
        what={text('keys.revokeWhat', { name })}
        isDangerous
        act={async () => (await ask(RevokeAuthKeyDocument, { input: { id } })).revokeAuthKey}
        after={after}
      />
    </>
  )
}

function NewAuthKey({ after }: { readonly after: (position: string | null) => void }) {
  const text = useText()
  const make = async ({ name, app = '' }: KeyForm) => {
    const { createAuthKey } = await ask(CreateAuthKeyDocument, { input: { name, app: app.trim() || null } })
    const shown = [
      { label: 'keys.id', value: createAuthKey.authKey?.id },
      { label: 'keys.secret', value: createAuthKey.secret },
    ] as const
    return { ...createAuthKey, shown }
  }
  return (
    <SecretDialog<KeyForm> label={text('keys.new')} needs="MANAGE_ACCESS" make={make} after={after} isSmall>
      <Form.Item name="name" label={text('queues.name')} rules={[{ required: true, message: text('run.required') }]}>
        <Input />
      </Form.Item>
      <Form.Item name="app" label={text('task.app')} extra={text('keys.appNote')}>
        <Input />
      </Form.Item>
    </SecretDialog>
  )
}
