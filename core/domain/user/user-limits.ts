import { type Rejection, rejection } from '../decision.ts'
import { isPermission, permissions } from '../permissions.ts'
import { isRoleName, roleLimits } from '../role/role.ts'
import { checkText, hasControlCharacters } from '../task/request.ts'

export const userLimits = {
  nameLength: 64,
  displayNameLength: 128,
  roles: 32,
  /** Open ones of a user; the oldest ends when one more begins. */
  sessions: 100,
  /** Of a user, without those that were revoked or have expired. */
  accessTokens: 100,
  tokenNameLength: 128,
} as const

const namePattern = /^[A-Za-z0-9][\w.@-]*$/

/** What a user signs in with. No spaces and no other scripts, so that no two names look the same. */
export function checkUserName(name: string): Rejection | null {
  if (name.length <= userLimits.nameLength && namePattern.test(name)) return null
  const message = `a name has 1 to ${userLimits.nameLength} characters: letters, digits, _ . @ and -, the first a letter or digit`
  return rejection('USER_INVALID', message, 'name')
}

export function checkUserText(displayName: string): Rejection | null {
  if (displayName.length > userLimits.displayNameLength || hasControlCharacters(displayName)) {
    return rejection('USER_INVALID', `a display name has at most ${userLimits.displayNameLength} characters, no control characters`, 'displayName')
  }
  return checkText('displayName', displayName)
}

/** The form only: whether a role exists is asked before. */
export function checkRoles(roles: readonly string[]): Rejection | null {
  if (roles.length <= userLimits.roles && roles.every(isRoleName) && new Set(roles).size === roles.length) return null
  const message = `a user has at most ${userLimits.roles} roles, each once; a role's name has 1 to ${roleLimits.nameLength} letters of ASCII, digits, _ . and -, the first no sign`
  return rejection('USER_INVALID', message, 'roles')
}

export function checkTokenName(name: string): Rejection | null {
  if (name.trim() === '' || name.length > userLimits.tokenNameLength || hasControlCharacters(name)) {
    return rejection('ACCESS_TOKEN_INVALID', `a name has 1 to ${userLimits.tokenNameLength} characters, no control characters`, 'name')
  }
  return checkText('name', name)
}

/** Null: the token is for all that its user has. */
export function checkTokenScopes(scopes: readonly string[] | null): Rejection | null {
  const unknown = scopes?.find((scope) => !isPermission(scope))
  if (unknown === undefined) return null
  return rejection('ACCESS_TOKEN_INVALID', `there is no permission ${unknown.slice(0, 64)}: the permissions are ${permissions.join(', ')}`, 'scopes')
}
