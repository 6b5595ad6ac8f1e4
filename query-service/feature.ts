import type { AnyCommand } from '@elves/core/command-api/command.ts'
import type { AnyReadModel } from '@elves/core/read-models/read-model.ts'
import type { Resolvers } from './generated/graphql.ts'
import type { Endpoint } from './rest-v2/endpoint.ts'
import type { AnyFollowed } from './subscriptions/followed.ts'

/** What the public edge shows of one subject. features.ts lists them. */
export interface EdgeFeature {
  /** The read models that its queries stand on. */
  readonly readModels: readonly AnyReadModel[]
  /** By type; the fields of `Query`, `Mutation` and `Subscription` of several features come together. */
  readonly resolvers: Resolvers
  /** The commands that its mutations and endpoints ask for. */
  readonly commands?: readonly AnyCommand[]
  /** Kinds of things that clients follow. */
  readonly changes?: readonly AnyFollowed[]
  /** Endpoints of REST v2 by path. */
  readonly restEndpoints?: { readonly [path: string]: Endpoint }
}
