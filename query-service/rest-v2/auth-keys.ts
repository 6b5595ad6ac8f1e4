/** Port: decides who may call REST v2, by the mode of the platform. */
export interface AuthKeys {
  /** Returns the keys of an auth id that a signature may be made with, or null if there is no such id. */
  keysOf(authId: string): Promise<readonly string[] | null>
  /** Returns true if this auth id may run the app on the agent; null if the request names no app or no agent. */
  mayRun(authId: string, app: string | null, ip: string | null): Promise<boolean>
  /** Returns the app of an auth id; null: it has none. */
  appOf(authId: string): Promise<string | null>
  /** Hears of each request whose signature was right. */
  used(authId: string): void
}

/** The `simple` permission mode: one configured pair that may do everything, and has no app. */
export function simpleAuthKeys(pair: { readonly authId: string; readonly authKey: string }): AuthKeys {
  return {
    keysOf: async (authId) => (authId === pair.authId && pair.authId !== '' ? [pair.authKey] : null),
    mayRun: async () => true,
    appOf: async () => null,
    used: () => undefined,
  }
}
