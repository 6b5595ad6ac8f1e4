import { useMemo } from 'react'
import { HeadDocument, type TypedDocumentString } from '../../generated/operations.ts'
import type { AskError } from './ask.ts'
import { refresher } from './refresher.ts'
import { useAsk } from './use-query.ts'

interface Shown<Data> {
  readonly data: Data | undefined
  readonly error: AskError | null
  /** The answer has all up to here: later changes are followed from it with `useFollowed`. Undefined: not known yet. */
  readonly position: string | undefined
  /** Asks again for an answer that has the change at a position; null: nothing was changed. One for all subscriptions: of two, the older answer could come last. */
  readonly again: (position: string | null) => void
  readonly refetch: () => unknown
  /** Asks again after an error. */
  readonly retry: () => void
}

/** Asks for what a page shows and keeps true: from a position on that is known before. */
export function useShown<Data, Variables extends object>(
  name: string,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Shown<Data> {
  // Before the rest: asked together, a change between the two would be in neither.
  const head = useAsk('head', HeadDocument, {})
  const position = head.data?.viewer?.readPosition
  const { data, error, refetch } = useAsk(name, document, variables, { isEnabled: position !== undefined })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text of the variables says what they are
  const changed = useMemo(() => refresher(name, document, variables), [name, JSON.stringify(variables)])
  return {
    data,
    error: head.error ?? error,
    position,
    again: (done) => done !== null && changed(done),
    refetch,
    retry: () => void Promise.all([head.refetch(), refetch()]),
  }
}
