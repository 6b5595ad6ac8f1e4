import type pg from 'pg'
import { orUnavailable } from '../eventing/postgres/unavailable.ts'
import type { Projector } from './projector.ts'

/** A query over the tables of a read model in a given schema. */
export type ReadQuery = (pool: pg.Pool, schema: string, ...asked: never[]) => Promise<unknown>

export interface ReadQueries {
  readonly [name: string]: ReadQuery
}

/** The description of a read model that every part of the platform works with. */
export interface ReadModel<
  Name extends string = string,
  List extends string = string,
  State extends string = string,
  Queries extends ReadQueries = ReadQueries,
> extends Projector {
  readonly name: Name
  /** Its lists that give cursors. All other lists, also those of other read models, refuse these cursors. */
  readonly lists: readonly List[]
  /** States by which its projector counts; empty if it counts nothing by state. */
  readonly states: readonly State[]
  readonly queries: Queries
}

export type AnyReadModel = ReadModel

/** The same queries, bound to one database and schema. */
export type BoundQueries<Queries extends ReadQueries> = {
  readonly [Name in keyof Queries]: Queries[Name] extends (pool: pg.Pool, schema: string, ...asked: infer Asked) => infer Answer
    ? (...asked: Asked) => Answer
    : never
}

/** Defines a read model. registry.ts must list it. */
export function readModel<
  const Name extends string,
  Queries extends ReadQueries,
  const List extends string = never,
  const State extends string = never,
>(
  definition: Projector & {
    readonly name: Name
    readonly lists?: readonly List[]
    readonly states?: readonly State[]
    readonly queries: Queries
  },
): ReadModel<Name, List, State, Queries> {
  return { lists: [], states: [], ...definition }
}

/** Binds queries; the bound ones throw STORE_UNAVAILABLE while the database does not answer. */
export function boundQueries<Queries extends ReadQueries>(queries: Queries, pool: pg.Pool, schema: string): BoundQueries<Queries> {
  const bound = Object.entries(queries).map(([name, query]) => [name, (...asked: never[]) => orUnavailable(query(pool, schema, ...asked))])
  return Object.fromEntries(bound) as BoundQueries<Queries>
}
