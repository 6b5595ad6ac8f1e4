/** What somebody can be allowed to do. */
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
] as const
export type Permission = (typeof permissions)[number]

export function isPermission(text: string): text is Permission {
  return (permissions as readonly string[]).includes(text)
}

/** What of a scope each permission looks at: the other parts say nothing for it. */
export const partsOfPermission: Readonly<Record<Permission, readonly ('apps' | 'funcs' | 'agents' | 'secrets')[]>> = {
  VIEW: ['apps', 'agents'],
  RUN: ['apps', 'funcs', 'agents'],
  APPROVE: ['apps', 'funcs', 'agents'],
  CANCEL: ['apps', 'funcs', 'agents'],
  SCHEDULE: ['apps', 'funcs', 'agents'],
  MANAGE_APPS: ['apps', 'agents'],
  MANAGE_AGENTS: ['agents'],
  MANAGE_ACCESS: ['apps', 'funcs', 'agents'],
  AUDIT: ['apps', 'agents'],
  USE_SECRETS: ['secrets', 'apps'],
  MANAGE_SECRETS: ['secrets'],
}
