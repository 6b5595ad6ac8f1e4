import type { EventRowFragment } from '../../../generated/operations.ts'
import { textHash } from './log-tree.ts'

/** What a leaf says of its event; `context` and `data` are in the shape of the schema that wrote them. */
interface Leaf {
  readonly id: string
  readonly stream: string
  readonly version: number
  readonly type: string
  /** ms since the epoch. */
  readonly recordedAt: number
  readonly context: {
    readonly actor: { readonly kind: string; readonly id: string }
    readonly correlationId: string
    readonly causationId: string | null
  }
  readonly data: unknown
}

/** What is compared: it stands in the leaf, and it is shown. */
export type ShownEvent = Omit<EventRowFragment, 'position'>

/** Returns whether an event as it is shown is the one of a leaf's text. */
export async function shownIsLeaf(shown: ShownEvent, text: string): Promise<boolean> {
  const leaf = JSON.parse(text) as Leaf
  const { actor, correlationId, causationId } = leaf.context
  const pairs: readonly (readonly [unknown, unknown])[] = [
    [leaf.id, shown.id],
    [leaf.stream, shown.stream],
    [leaf.version, shown.version],
    [leaf.type, shown.type],
    [leaf.recordedAt, Date.parse(shown.recordedAt)],
    [actor.kind, shown.actor.kind],
    [actor.id, shown.actor.id],
    [correlationId, shown.correlationId],
    [causationId, shown.causationId],
  ]
  const maySeal = leaf.stream.startsWith('user-') || leaf.stream.startsWith('refused-request-')
  return pairs.every(([one, other]) => one === other) && (await agrees(maySeal ? withoutPersonal(leaf.data, shown.data) : leaf.data, shown.data))
}

/** Fields of a user's events, and of refused requests with a user's token, that say who it is or where. */
const personal: ReadonlySet<string> = new Set(['name', 'displayName', 'subject', 'remoteAddress', 'program'])

/** What is sealed in the leaf is shown opened, or as erased: a page, which has no key, can't compare it. */
function withoutPersonal(leaf: unknown, shown: unknown): unknown {
  const isSealed = (value: unknown) => (typeof value === 'string' ? value.startsWith('sealed:1:') : typeof value === 'object')
  const shownFields = (shown ?? {}) as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.entries(leaf as object).filter(([name, value]) => !personal.has(name) || !(isSealed(value) || shownFields[name] === 'erased')),
  )
}

const aged = /^\[aged out: \d+ bytes, SHA-256 ([0-9a-f]{64})\]$/

/**
 * Returns whether a value of a leaf is the one that is shown. Today's shape of an event may have fields that its leaf does not know; a
 * leaf has only the hash of a large text.
 */
async function agrees(leaf: unknown, shown: unknown): Promise<boolean> {
  if (typeof leaf !== 'object' || leaf === null) return leaf === shown
  if (typeof shown === 'string') {
    const { sha256 } = leaf as { readonly sha256?: unknown }
    return sha256 === (aged.exec(shown)?.[1] ?? (await textHash(shown)))
  }
  if (typeof shown !== 'object' || shown === null) return false
  if (Array.isArray(leaf) && (!Array.isArray(shown) || leaf.length !== shown.length)) return false
  for (const [name, value] of Object.entries(leaf)) {
    if (!(await agrees(value, (shown as Readonly<Record<string, unknown>>)[name]))) return false
  }
  return true
}
