import type { TypedDocumentString } from '../../generated/operations.ts'
import { AskError } from './ask.ts'
import { socket } from './connection.ts'

export interface Following<Data, Variables> {
  readonly document: TypedDocumentString<Data, Variables>
  /** The variables with which the subscription begins, or goes on after the connection was lost: it resumes after the last item. */
  readonly variables: () => Variables
  /** Gets each item. What `variables` says must include it from here on. */
  readonly onItem: (data: Data) => void
  /** The subscription can not go on, for a reason that another try would meet again. */
  readonly onEnd?: (error: AskError | null) => void
}

/** Follows a subscription for as long as the page wants it. Returns what ends it. */
export function follow<Data, Variables extends Record<string, unknown>>({
  document,
  variables,
  onItem,
  onEnd,
}: Following<Data, Variables>): () => void {
  let isOver = false
  let stop: () => void = () => {}
  const begin = () => {
    if (isOver) return
    // After a reconnect the client sends this object again: the getter then tells how far the page has got.
    const payload = {
      query: document.toString(),
      get variables() {
        return variables()
      },
    }
    stop = socket.subscribe<Data>(payload, {
      next: ({ data, errors }) => {
        if (isOver) return
        if (errors?.[0]) end(new AskError(codeOf(errors[0]), errors[0].message))
        else if (data) onItem(data)
      },
      error: (thrown) => {
        const [error] = Array.isArray(thrown) ? (thrown as readonly GraphqlFault[]) : []
        // The platform drops a subscriber that falls behind; it resumes where it was.
        if (error && codeOf(error) === 'SUBSCRIBER_TOO_SLOW') begin()
        else end(error ? new AskError(codeOf(error), error.message) : new AskError('UNREACHABLE', 'the connection is refused'))
      },
      complete: () => end(null),
    })
  }
  const end = (error: AskError | null) => {
    if (isOver) return
    isOver = true
    onEnd?.(error)
  }
  begin()
  return () => {
    isOver = true
    stop()
  }
}

interface GraphqlFault {
  readonly message: string
  readonly extensions?: Record<string, unknown>
}

function codeOf({ extensions }: GraphqlFault): string {
  return typeof extensions?.['code'] === 'string' ? extensions['code'] : 'INTERNAL'
}
