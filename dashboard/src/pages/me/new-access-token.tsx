import { DatePicker, Form, Input, Select } from 'antd'
import { CreateAccessTokenDocument, type Permission } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import { useViewer } from '../../session/use-viewer.ts'
import { useText } from '../../words/use-text.ts'

interface TokenForm {
  readonly name: string
  /** None: all that the user may. */
  readonly scopes?: readonly Permission[]
  readonly expiresAt?: { toISOString(): string } | null
}

/** What a program signs in with. */
export function NewAccessToken({ after }: { readonly after: (position: string | null) => void }) {
  const text = useText()
  const viewer = useViewer()
  const make = async ({ name, scopes = [], expiresAt }: TokenForm) => {
    const input = { name, scopes: scopes.length > 0 ? scopes : null, expiresAt: expiresAt?.toISOString() ?? null }
    const { createAccessToken } = await ask(CreateAccessTokenDocument, { input })
    return { ...createAccessToken, shown: [{ label: 'signIn.token', value: createAccessToken.secret }] as const }
  }
  return (
    <SecretDialog<TokenForm> label={text('me.newToken')} needs={null} make={make} after={after} isSmall>
      <Form.Item name="name" label={text('queues.name')} rules={[{ required: true, message: text('run.required') }]}>
        <Input maxLength={128} />
      </Form.Item>
      <Form.Item name="scopes" label={text('me.scopes')} extra={text('me.scopesNote')}>
        <Select mode="multiple" options={(viewer?.permissions ?? []).map((value) => ({ value, label: value }))} />
      </Form.Item>
      <Form.Item name="expiresAt" label={text('access.expires')}>
        <DatePicker showTime />
      </Form.Item>
    </SecretDialog>
  )
}
