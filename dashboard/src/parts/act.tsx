import { App, Button, Input } from 'antd'
import { type ReactNode, useRef } from 'react'
import type { Permission } from '../../generated/operations.ts'
import { useMay } from '../session/use-viewer.ts'
import { useText } from '../words/use-text.ts'
import { type Outcome, useDone } from './use-done.tsx'

export interface ActProps {
  readonly label: string
  /** The permission that it takes; null: none. Who does not have it is not offered it. */
  readonly needs: Permission | null
  /** What will happen, before it does. */
  readonly what: ReactNode
  readonly isDangerous?: boolean
  /** True: asks for a reason, which stands in the event. */
  readonly asksReason?: boolean
  readonly act: (reason: string | null) => Promise<Outcome>
  /** Gets the position of what was done. */
  readonly after?: (position: string | null) => void
}

/** A button that changes something: it says what before, and what became of it after. */
export function Act({ label, needs, what, isDangerous = false, asksReason = false, act, after }: ActProps) {
  const text = useText()
  const done = useDone()
  const isOffered = useMay(needs)
  const { modal } = App.useApp()
  const reason = useRef('')
  const ask = () =>
    modal.confirm({
      title: label,
      content: (
        <div className="stack">
          <span>{what}</span>
          {asksReason && (
            <Input
              aria-label={text('act.reason')}
              placeholder={text('act.reason')}
              maxLength={1000}
              onChange={({ target }) => {
                reason.current = target.value
              }}
            />
          )}
        </div>
      ),
      okText: label,
      okButtonProps: { danger: isDangerous },
      cancelText: text('run.back'),
      onOk: async () => {
        const is = await done(label, () => act(reason.current.trim() || null))
        if (is) after?.(is.position)
      },
    })
  if (!isOffered) return null
  return (
    <Button size="small" danger={isDangerous} onClick={ask} data-needs={needs}>
      {label}
    </Button>
  )
}
