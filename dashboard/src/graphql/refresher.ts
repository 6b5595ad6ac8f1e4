import type { TypedDocumentString } from '../../generated/operations.ts'
import { ask } from './ask.ts'
import { queries } from './use-query.ts'

/**
 * Returns what asks again after a change, for a position that the answer must have. One question at a time: changes that come
 * meanwhile are one more question, whatever their number.
 */
export function refresher<Data, Variables extends object>(
  name: string,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): (notBefore: string) => void {
  let isAsking = false
  let wanted: string | null = null
  const next = async (): Promise<void> => {
    isAsking = true
    while (wanted !== null) {
      const notBefore = wanted
      wanted = null
      try {
        queries.setQueryData([name, variables], await ask(document, { ...variables, notBefore }))
      } catch {
        // Read models that are behind, or a connection that is lost, which the page shows: the next change asks again.
      }
    }
    isAsking = false
  }
  return (notBefore) => {
    wanted = notBefore
    if (!isAsking) void next()
  }
}
