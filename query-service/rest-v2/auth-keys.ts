/** Port: decides who may call REST v2. Only the `simple` mode exists so far; the `supervisor` mode, with grants, will come. */
export interface AuthKeys {
  /** Returns the key of an auth id, or null if there is no such id. */
  keyOf(authId: string): Promise<string | null>
  /** Returns true if this auth id may run the app on the agent; null if the request names no app or no agent. */
  mayRun(authId: string, app: string | null, ip: string | null): Promise<boolean>
}

/** The `simple` permission mode: one configured pair that may do everything. */
export function simpleAuthKeys(pair: { readonly authId: string; readonly authKey: string }): AuthKeys {
  return {
    keyOf: async (authId) => (authId === pair.authId && pair.authId !== '' ? pair.authKey : null),
    mayRun: async () => true,
  }
}
