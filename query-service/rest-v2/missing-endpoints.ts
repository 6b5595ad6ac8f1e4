import type { RestErrorCode } from './answers.ts'

/** Endpoints of the contract that no feature has yet, with the refusal for the module that each needs. */
export const missingEndpoints: { readonly [path: string]: RestErrorCode } = {
  // Only the supervisor knows which apps and agents an auth id may use; in simple mode, the one configured pair may do everything.
  ...allOf('/api/v2/info', ['app', 'apps', 'agents', 'agents/detail'], '402.1'),
}

function allOf(base: string, names: readonly string[], code: RestErrorCode): { [path: string]: RestErrorCode } {
  return Object.fromEntries(names.map((name) => [`${base}/${name}`, code]))
}
