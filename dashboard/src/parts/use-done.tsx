import { App } from 'antd'
import { useCallback } from 'react'
import { asAskError } from '../graphql/use-live-list.ts'
import { useText } from '../words/use-text.ts'
import { AuditLink } from './audit-link.tsx'

export interface Outcome {
  readonly position?: string | null
  readonly refusal?: { readonly code: string; readonly message: string } | null
}

/** Something that was done, at a position that later answers can be asked to have; null: none was written. */
export interface Done {
  readonly position: string | null
}

/** Does something that changes the platform, and says what became of it: with a link to its event, or why it was refused: then null. */
export function useDone(): (what: string, work: () => Promise<Outcome>) => Promise<Done | null> {
  const { message } = App.useApp()
  const text = useText()
  return useCallback(
    async (what, work) => {
      try {
        const { position, refusal } = await work()
        if (refusal) {
          void message.error(`${what}: ${text('done.refused')} ${refusal.code}. ${refusal.message}`, 8)
          return null
        }
        const event = `position=${encodeURIComponent(position ?? '')}`
        const link = position && (
          <AuditLink query={event} others={null}>
            {text('done.event')}
          </AuditLink>
        )
        void message.success(
          <span>
            {what}: {text('done.done')} {link}
          </span>,
          5,
        )
        return { position: position ?? null }
      } catch (thrown) {
        const { code, message: why } = asAskError(thrown)
        void message.error(`${what}: ${code}. ${why}`, 8)
        return null
      }
    },
    [message, text],
  )
}
