import { Form } from 'antd'
import { useState } from 'react'
import { ButtonDialog, type DialogProps } from './button-dialog.tsx'
import type { Done } from './use-done.tsx'

export interface FormDialogProps<Values extends object> extends DialogProps<Values> {
  /** What is done with the form. */
  readonly okText: string
  /** Returns what was done: then the dialog closes; null: it was refused. */
  readonly save: (values: Values) => Promise<Done | null>
  /** Gets the position of what was done. */
  readonly after?: (position: string | null) => void
}

/** A button that opens a form in a dialog. */
export function FormDialog<Values extends object>({ save, after, ...dialog }: FormDialogProps<Values>) {
  const [isOpen, setOpen] = useState(false)
  const [form] = Form.useForm<Values>()
  const close = () => setOpen(false)
  const finish = async (values: Values) => {
    const is = await save(values)
    if (!is) return
    close()
    after?.(is.position)
  }
  return <ButtonDialog<Values> {...dialog} form={form} isOpen={isOpen} open={() => setOpen(true)} close={close} finish={finish} />
}
