import { useEffect } from 'react'
import type { TypedDocumentString } from '../../generated/operations.ts'
import { follow } from './follow.ts'

/** Follows a subscription from the position of what is shown, and calls with the position of each change. Null: nothing is shown yet. */
export function useFollowed<Data, Variables extends Record<string, unknown>>(
  key: string,
  position: string | null | undefined,
  document: TypedDocumentString<Data, Variables>,
  variables: (after: string) => Variables,
  positionOf: (data: Data) => string,
  changed: () => (position: string) => void,
): void {
  const isKnown = position !== null && position !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows from the first position on; the key says what
  useEffect(() => {
    if (position === null || position === undefined) return
    let after = position
    const tell = changed()
    return follow({
      document,
      variables: () => variables(after),
      onItem: (data) => {
        after = positionOf(data)
        tell(after)
      },
    })
  }, [key, isKnown])
}
