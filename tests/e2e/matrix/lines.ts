/** Permissions of which one is needed. ANYBODY: who has signed in. GUESTS: nobody has to be known. */
export type Line = readonly string[] | 'ANYBODY' | 'GUESTS'

export const permissions = [
  'VIEW',
  'RUN',
  'APPROVE',
  'CANCEL',
  'SCHEDULE',
  'MANAGE_APPS',
  'MANAGE_AGENTS',
  'MANAGE_ACCESS',
  'AUDIT',
  'USE_SECRETS',
  'MANAGE_SECRETS',
]

/** What each of them may, over everything. */
export const may: Readonly<Record<string, readonly string[]>> = {
  admin: permissions,
  operator: ['VIEW', 'RUN', 'APPROVE', 'CANCEL', 'SCHEDULE'],
  developer: ['VIEW', 'RUN', 'CANCEL', 'MANAGE_APPS'],
  auditor: ['VIEW', 'AUDIT'],
  fits: permissions,
  stranger: [],
  expired: [],
  revoked: [],
}

export const everybody = [...Object.keys(may), 'guest']

/** FORBIDDEN or UNAUTHENTICATED; null: he is let in. `also`: a second permission that it needs. */
export function expected(who: string, line: Line, also?: string): string | null {
  if (line === 'GUESTS') return null
  const has = may[who]
  if (!has) return 'UNAUTHENTICATED'
  if (also !== undefined && !has.includes(also)) return 'FORBIDDEN'
  return line === 'ANYBODY' || line.some((permission) => has.includes(permission)) ? null : 'FORBIDDEN'
}
