import { keepPreviousData, QueryClient, type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { TypedDocumentString } from '../../generated/operations.ts'
import { type AskError, ask } from './ask.ts'

export const queries = new QueryClient({
  defaultOptions: { queries: { retry: (count, error) => (error as AskError).code === 'UNREACHABLE' && count < 3, refetchOnWindowFocus: false } },
})

export interface AskOptions {
  /** Asks again so often; for what has no subscription. */
  readonly everyMs?: number
  /** Only where the answer was an error of one of these codes: it was asked for too early. Default: always. */
  readonly everyMsOn?: readonly string[]
  /** An answer that is younger is taken as it is where another part asks the same. Default: 0. */
  readonly staleMs?: number
  readonly isEnabled?: boolean
}

/** Asks and keeps the answer. `name` names the question for `queries.invalidateQueries`. */
export function useAsk<Data, Variables>(
  name: string,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  { everyMs, everyMsOn, staleMs = 0, isEnabled = true }: AskOptions = {},
): UseQueryResult<Data, AskError> {
  return useQuery<Data, AskError>({
    queryKey: [name, variables],
    queryFn: ({ signal }) => ask(document, variables, signal),
    placeholderData: keepPreviousData,
    enabled: isEnabled,
    staleTime: staleMs,
    ...(everyMs !== undefined && {
      refetchInterval: ({ state }) => (!everyMsOn || (state.error && everyMsOn.includes(state.error.code)) ? everyMs : false),
    }),
  })
}
