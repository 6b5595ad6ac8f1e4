import type { AnyCommand } from '@elves/core/command-api/command.ts'
import type { AnyReadModel } from '@elves/core/read-models/read-model.ts'
import type { Resolvers } from './generated/graphql.ts'
import type { Endpoint } from './rest-v2/endpoint.ts'
import type { AnyFollowed } from './subscriptions/followed.ts'

/** The part of the public edge for one subject. features.ts lists all features. */
export interface EdgeFeature {
  /** The read models that its queries read. */
  readonly readModels: readonly AnyReadModel[]
  /** Resolvers by type. The fields of `Query`, `Mutation` and `Subscription` are merged over all features. */
  readonly resolvers: Resolvers
  /** The commands that its mutations and endpoints send. */
  readonly commands?: readonly AnyCommand[]
  /** The kinds of things that clients can subscribe to. */
  readonly changes?: readonly AnyFollowed[]
  /** Its endpoints of REST v2, by path. */
  readonly restEndpoints?: { readonly [path: string]: Endpoint }
}
