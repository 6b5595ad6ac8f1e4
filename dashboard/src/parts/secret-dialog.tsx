import { Alert, Form } from 'antd'
import { useState } from 'react'
import { type TextKey, useText } from '../words/use-text.ts'
import { ButtonDialog, type DialogProps } from './button-dialog.tsx'
import { Json } from './json.tsx'
import { type Outcome, useDone } from './use-done.tsx'

export interface Made extends Outcome {
  /** What was made, each with what it is; it is shown now only. */
  readonly shown: readonly { readonly label: TextKey; readonly value: string | null | undefined }[]
}

export interface SecretDialogProps<Values extends object> extends DialogProps<Values> {
  readonly make: (values: Values) => Promise<Made>
  /** Gets the position of what was done, once the dialog is closed: before, the page could take it away with what it shows. */
  readonly after?: (position: string | null) => void
}

/** A button that makes something secret: a form, and then what was made. */
export function SecretDialog<Values extends object>({ make, after, ...dialog }: SecretDialogProps<Values>) {
  const text = useText()
  const done = useDone()
  const [isOpen, setOpen] = useState(false)
  const [made, setMade] = useState<Made | null>(null)
  const [form] = Form.useForm<Values>()
  const finish = async (values: Values) => {
    let last: Made | null = null
    const is = await done(dialog.label, async () => {
      last = await make(values)
      return last
    })
    if (is) setMade(last)
  }
  const close = () => {
    setOpen(false)
    setMade(null)
    if (made) after?.(made.position ?? null)
  }
  return (
    <ButtonDialog<Values>
      {...dialog}
      form={form}
      isOpen={isOpen}
      okText={text(made ? 'agents.close' : 'once.make')}
      open={() => setOpen(true)}
      close={close}
      finish={finish}
      instead={made && <Secrets made={made} />}
    />
  )
}

function Secrets({ made }: { readonly made: Made }) {
  const text = useText()
  const values = made.shown.filter(({ value }) => value)
  return (
    <div className="stack" data-made>
      {values.length > 0 ? <Alert type="warning" showIcon title={text('agents.once')} /> : <span>{text('done.done')}</span>}
      {values.map(({ label, value }) => (
        <Json key={label} value={value} label={text(label)} />
      ))}
    </div>
  )
}
