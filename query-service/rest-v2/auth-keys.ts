/** Port of who may call REST v2: the `simple` mode here, the `supervisor` mode of grants from its own issue on. */
export interface AuthKeys {
  /** The key of an auth id, or null where there is no such id. */
  keyOf(authId: string): Promise<string | null>
  /** May this auth id run that app (null: none named) on that agent (null: none named)? */
  mayRun(authId: string, app: string | null, ip: string | null): Promise<boolean>
}

/** The `simple` permission mode: one configured pair that may do everything. */
export function simpleAuthKeys(pair: { readonly authId: string; readonly authKey: string }): AuthKeys {
  return {
    keyOf: async (authId) => (authId === pair.authId && pair.authId !== '' ? pair.authKey : null),
    mayRun: async () => true,
  }
}
