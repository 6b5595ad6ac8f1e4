import { Card, Form, Input, Select } from 'antd'
import {
  CreateSecretDocument,
  DeleteSecretDocument,
  type Permission,
  RotateSecretDocument,
  SecretChangesDocument,
  SecretsDocument,
  type SecretsQuery,
  UpdateSecretDocument,
} from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { useFollowed } from '../../graphql/use-followed.ts'
import { useShown } from '../../graphql/use-shown.ts'
import { Act } from '../../parts/act.tsx'
import { Fault } from '../../parts/fault.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { useDone } from '../../parts/use-done.tsx'
import { When } from '../../parts/when.tsx'
import { useViewer } from '../../session/use-viewer.ts'
import { useText } from '../../words/use-text.ts'

type Secret = SecretsQuery['secrets']['nodes'][number]
type After = (position: string | null) => unknown

const valueBytes = 16_384

/** Who may know of secrets: nobody else asks for them, because each question would be a denial in the log. */
const needed: readonly Permission[] = ['USE_SECRETS', 'MANAGE_SECRETS', 'AUDIT']

/** Values that tasks use. What was typed goes to the platform and is never shown again. */
export function Secrets() {
  const viewer = useViewer()
  return viewer?.permissions.some((one) => needed.includes(one)) ? <ListedSecrets /> : null
}

function ListedSecrets() {
  const text = useText()
  const { data, error, position, again, retry } = useShown('secrets', SecretsDocument, {})
  useFollowed(
    'secrets',
    position,
    SecretChangesDocument,
    (last) => ({ after: last }),
    ({ secretChanged }) => secretChanged.position,
    () => again,
  )
  return (
    <Card size="small" title={text('secrets.title')} extra={<NewSecret after={again} />}>
      <Fault error={error} retry={retry} />
      <ul className="plain">
        {data?.secrets.nodes.map((secret) => (
          <li key={secret.name} data-secret={secret.name}>
            <b className="mono">{secret.name}</b>
            <span>{text('secrets.version', { version: secret.version })}</span>
            <span>{secret.apps.join(', ')}</span>
            <span className="muted">
              <When at={secret.updatedAt} isFull />
            </span>
            <span className="end filters">
              <Actions secret={secret} after={again} />
            </span>
          </li>
        ))}
      </ul>
      {data?.secrets.nodes.length === 0 && <span className="muted">{text('secrets.none')}</span>}
    </Card>
  )
}

function Actions({ secret: { name, apps }, after }: { readonly secret: Secret; readonly after: After }) {
  const text = useText()
  const done = useDone()
  const rotate = ({ value }: { readonly value: string }) =>
    done(text('keys.rotate'), async () => (await ask(RotateSecretDocument, { input: { name, value } })).rotateSecret)
  const change = ({ apps: forApps }: { readonly apps: readonly string[] }) =>
    done(text('users.change'), async () => (await ask(UpdateSecretDocument, { input: { name, apps: forApps } })).updateSecret)
  const about = { needs: 'MANAGE_SECRETS', after, isSmall: true } as const
  return (
    <>
      <FormDialog<{ value: string }> {...about} label={text('keys.rotate')} okText={text('keys.rotate')} save={rotate}>
        <ValueItem />
      </FormDialog>
      <FormDialog<{ apps: readonly string[] }> {...about} label={text('users.change')} okText={text('agents.save')} initial={{ apps }} save={change}>
        <AppsItem />
      </FormDialog>
      <Act
        needs="MANAGE_SECRETS"
        label={text('secrets.delete')}
        what={text('secrets.deleteWhat', { name })}
        isDangerous
        asksReason
        act={async (reason) => (await ask(DeleteSecretDocument, { input: { name, reason } })).deleteSecret}
        after={after}
      />
    </>
  )
}

interface SecretForm {
  readonly name: string
  readonly value: string
  readonly apps: readonly string[]
}

function NewSecret({ after }: { readonly after: After }) {
  const text = useText()
  const done = useDone()
  const save = (input: SecretForm) => done(text('secrets.new'), async () => (await ask(CreateSecretDocument, { input })).createSecret)
  return (
    <FormDialog<SecretForm>
      label={text('secrets.new')}
      needs="MANAGE_SECRETS"
      okText={text('agents.save')}
      initial={{ apps: ['*'] }}
      save={save}
      after={after}
      isSmall
    >
      <Form.Item name="name" label={text('queues.name')} rules={[{ required: true, message: text('run.required') }]}>
        <Input maxLength={128} autoComplete="off" />
      </Form.Item>
      <ValueItem />
      <AppsItem />
    </FormDialog>
  )
}

function ValueItem() {
  const text = useText()
  return (
    <Form.Item
      name="value"
      label={text('secrets.value')}
      extra={text('secrets.valueNote')}
      rules={[{ required: true, message: text('run.required') }]}
    >
      <Input.TextArea rows={3} maxLength={valueBytes} autoComplete="off" spellCheck={false} />
    </Form.Item>
  )
}

function AppsItem() {
  const text = useText()
  return (
    <Form.Item name="apps" label={text('secrets.apps')}>
      <Select mode="tags" open={false} />
    </Form.Item>
  )
}
