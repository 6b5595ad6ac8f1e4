import { Button, Card, Form, Input, QRCode } from 'antd'
import { useState } from 'react'
import {
  ConfirmSecondFactorDocument,
  DisableSecondFactorDocument,
  EnrolSecondFactorDocument,
  MakeRecoveryCodesDocument,
} from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Json } from '../../parts/json.tsx'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import { useDone } from '../../parts/use-done.tsx'
import { useText } from '../../words/use-text.ts'

interface CodeForm {
  readonly code: string
}

export interface SecondFactorProps {
  readonly isOn: boolean
  readonly recoveryCodesLeft: number
  readonly after: (position: string | null) => void
}

/** A code of an authenticator app, which a sign-in with the password wants too. */
export function SecondFactor({ isOn, recoveryCodesLeft, after }: SecondFactorProps) {
  const text = useText()
  return (
    <Card size="small" title={text('factor.title')} data-second-factor={isOn}>
      <div className="stack">
        <span>{isOn ? text('factor.on', { count: recoveryCodesLeft }) : text('factor.off')}</span>
        {isOn ? <Changes after={after} /> : <Enrol after={after} />}
      </div>
    </Card>
  )
}

function Enrol({ after }: { readonly after: (position: string | null) => void }) {
  const text = useText()
  const done = useDone()
  const [begun, setBegun] = useState<{ readonly secret: string; readonly uri: string } | null>(null)
  const begin = () =>
    done(text('factor.begin'), async () => {
      const { enrolSecondFactor } = await ask(EnrolSecondFactorDocument, {})
      const { secret, uri } = enrolSecondFactor
      if (secret && uri) setBegun({ secret, uri })
      return enrolSecondFactor
    })
  const confirm = async (input: CodeForm) => {
    const { confirmSecondFactor } = await ask(ConfirmSecondFactorDocument, { input })
    return { ...confirmSecondFactor, shown: [{ label: 'factor.recovery', value: confirmSecondFactor.recoveryCodes?.join('\n') }] as const }
  }
  if (!begun) {
    return (
      <span>
        <Button onClick={() => void begin()}>{text('factor.begin')}</Button>
      </span>
    )
  }
  return (
    <>
      <QRCode value={begun.uri} bgColor="#fff" color="#000" />
      <Json value={begun.secret} label={text('factor.secret')} />
      <span>
        <SecretDialog<CodeForm> label={text('factor.confirm')} needs={null} make={confirm} after={after}>
          <Code />
        </SecretDialog>
      </span>
    </>
  )
}

function Changes({ after }: { readonly after: (position: string | null) => void }) {
  const text = useText()
  const done = useDone()
  const make = async (input: CodeForm) => {
    const { makeRecoveryCodes } = await ask(MakeRecoveryCodesDocument, { input })
    return { ...makeRecoveryCodes, shown: [{ label: 'factor.recovery', value: makeRecoveryCodes.recoveryCodes?.join('\n') }] as const }
  }
  const disable = (input: CodeForm) =>
    done(text('factor.disable'), async () => (await ask(DisableSecondFactorDocument, { input })).disableSecondFactor)
  return (
    <span className="filters">
      <SecretDialog<CodeForm> label={text('factor.renew')} needs={null} make={make} after={after} isSmall>
        <Code />
      </SecretDialog>
      <FormDialog<CodeForm>
        label={text('factor.disable')}
        needs={null}
        okText={text('factor.disable')}
        initial={{}}
        save={disable}
        after={after}
        isSmall
      >
        <Code />
      </FormDialog>
    </span>
  )
}

function Code() {
  const text = useText()
  return (
    <Form.Item name="code" label={text('signIn.code')} rules={[{ required: true, message: text('run.required') }]}>
      <Input autoComplete="one-time-code" />
    </Form.Item>
  )
}
