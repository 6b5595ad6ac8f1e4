import type { UserEvent } from './user.ts'

/** What is shown in the place of a text that says who somebody was, after it was erased. Nobody is called that. */
export const erasedText = 'erased'
/** What is shown where the key of a text is not there although nobody erased it: a log that was restored without its keys. */
export const unreadableText = 'unreadable'

const mark = 'sealed:1:'

/** Texts that say who somebody is are sealed in events, in states and in read models alike: only who shows them opens them. */
export function isSealed(text: string): boolean {
  return text.startsWith(mark)
}

export function sealedText(sealed: Buffer): string {
  return `${mark}${sealed.toString('base64url')}`
}

/** Null: it is not sealed. */
export function sealedBytes(text: string): Buffer | null {
  return isSealed(text) ? Buffer.from(text.slice(mark.length), 'base64url') : null
}

/** Fields of a user's events that say who the user is, or where. */
export const personalFields: { readonly [Type in UserEvent['type']]?: readonly (keyof Extract<UserEvent, { type: Type }>['data'])[] } = {
  UserCreated: ['name', 'displayName'],
  UserChanged: ['displayName'],
  UserIdentityLinked: ['subject'],
  UserSignedIn: ['remoteAddress', 'program'],
  UserSignInFailed: ['remoteAddress'],
  AccessTokenCreated: ['name'],
}

/** Returns the data of a user's event with each personal text as `open` gives it. */
export function withPersonal({ type, data }: UserEvent, open: (text: string) => string): UserEvent['data'] {
  const fields: readonly string[] = personalFields[type] ?? []
  if (fields.length === 0) return data
  return Object.fromEntries(
    Object.entries(data).map(([field, value]) => [field, fields.includes(field) ? open(String(value)) : value]),
  ) as UserEvent['data']
}
