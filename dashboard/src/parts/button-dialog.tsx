import { Button, Form, type FormInstance, Modal } from 'antd'
import type { ReactNode } from 'react'
import type { Permission } from '../../generated/operations.ts'
import { useMay } from '../session/use-viewer.ts'
import { useText } from '../words/use-text.ts'

/** What a button that opens a form in a dialog is told by the page. */
export interface DialogProps<Values extends object> {
  /** Of the button, and title of the dialog. */
  readonly label: string
  /** The permission that it takes; null: none. Who does not have it is not offered it. */
  readonly needs: Permission | null
  readonly initial?: Partial<Values>
  /** True: a button of a row or a card; else the first one of the page. */
  readonly isSmall?: boolean
  /** The items of the form, or what will happen. */
  readonly children: ReactNode
}

export interface ButtonDialogProps<Values extends object> extends DialogProps<Values> {
  readonly form: FormInstance<Values>
  readonly isOpen: boolean
  readonly okText: string
  readonly open: () => void
  readonly close: () => void
  readonly finish: (values: Values) => Promise<void>
  /** Stands in the place of the form; absent: the form is there. */
  readonly instead?: ReactNode
}

/** A button and its dialog, whose form begins with `initial` each time. */
export function ButtonDialog<Values extends object>(props: ButtonDialogProps<Values>) {
  const { label, needs, initial = {}, isSmall = false, children, form, isOpen, okText, open, close, finish, instead } = props
  const text = useText()
  if (!useMay(needs)) return null
  return (
    <>
      <Button {...(isSmall ? { size: 'small' } : { type: 'primary' })} onClick={open} data-needs={needs}>
        {label}
      </Button>
      <Modal
        open={isOpen}
        title={label}
        okText={okText}
        cancelText={text('run.back')}
        onCancel={close}
        onOk={() => (instead ? close() : form.submit())}
        destroyOnHidden
      >
        {instead ?? (
          <Form form={form} layout="vertical" initialValues={initial} requiredMark={false} preserve={false} onFinish={(given) => void finish(given)}>
            {children}
          </Form>
        )}
      </Modal>
    </>
  )
}
