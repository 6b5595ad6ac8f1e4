import type { RefusedRequestEvent } from '../refused-request/refused-request.ts'
import type { UserEvent } from './user.ts'

/** Events with texts that say who a user is. */
export type PersonalEvent = UserEvent | RefusedRequestEvent

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

/** Fields of events that say who a user is, or where. */
const personalFields: { readonly [Type in PersonalEvent['type']]?: readonly (keyof Extract<PersonalEvent, { type: Type }>['data'])[] } = {
  UserCreated: ['name', 'displayName'],
  UserChanged: ['displayName'],
  UserIdentityLinked: ['subject'],
  UserSignedIn: ['remoteAddress', 'program'],
  UserSignInFailed: ['remoteAddress'],
  AccessTokenCreated: ['name'],
  RequestRefused: ['remoteAddress'],
}

/** Returns the data of an event with each personal text as `open` gives it. */
export function withPersonal({ type, data }: PersonalEvent, open: (text: string) => string): PersonalEvent['data'] {
  const fields: readonly string[] = personalFields[type] ?? []
  if (fields.length === 0) return data
  return Object.fromEntries(
    Object.entries(data).map(([field, value]) => [field, fields.includes(field) ? open(String(value)) : value]),
  ) as PersonalEvent['data']
}
