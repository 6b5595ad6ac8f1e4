import type { Permission } from '../../generated/operations.ts'

export const permissions: readonly Permission[] = [
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
export const permissionOptions = permissions.map((value) => ({ value, label: value }))
