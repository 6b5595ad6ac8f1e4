import type { Text, TextKey } from './use-text.ts'

/** Returns who caused something, as people read it: the kind, then the name or the id. */
export function actorText(
  text: Text,
  { kind, id, name }: { readonly kind: string; readonly id: string; readonly name?: string | null | undefined },
): string {
  const shown = kind === 'USER' && name === 'erased' ? text('users.erased', { id }) : (name ?? id)
  return `${text(`actor.${kind}` as TextKey)} ${shown}`
}
