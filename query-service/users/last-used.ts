import type { RequestContext } from '../graphql/context.ts'

/** Returns when an access token or an auth key was last used; null: never. */
export function lastUsedAt({ id }: { readonly id: string }, _args: unknown, context: RequestContext): Promise<number | null> {
  return context.loader('last use', (ids) => context.services.commands.lastUses(ids)).load(id)
}
