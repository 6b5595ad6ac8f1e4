import { Form, Input, InputNumber } from 'antd'
import { CreateJoinTokenDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import { useText } from '../../words/use-text.ts'

interface JoinTokenForm {
  readonly name: string
  readonly maxUses: number | null
}

/** What lets another host in. */
export function NewJoinToken() {
  const text = useText()
  const make = async (input: JoinTokenForm) => {
    const { createJoinToken } = await ask(CreateJoinTokenDocument, { input })
    const { secret, installLine } = createJoinToken
    const shown = [
      { label: 'agents.joinToken', value: secret },
      { label: 'agents.installLine', value: installLine ?? text('agents.noInstallLine') },
    ] as const
    return { ...createJoinToken, shown }
  }
  return (
    <SecretDialog<JoinTokenForm> label={text('agents.join')} needs="MANAGE_AGENTS" initial={{ name: '', maxUses: 1 }} make={make}>
      <Form.Item name="name" label={text('queues.name')} rules={[{ required: true, message: text('run.required') }]}>
        <Input />
      </Form.Item>
      <Form.Item name="maxUses" label={text('agents.maxUses')}>
        <InputNumber min={1} />
      </Form.Item>
    </SecretDialog>
  )
}
