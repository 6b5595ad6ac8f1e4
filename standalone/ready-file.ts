import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writePrivateFile } from './private-file.ts'

/** Addresses and keys of a platform, the same for standalone and cluster. */
export interface Doors {
  readonly url: string
  readonly graphqlUrl: string
  readonly subscriptionsUrl: string
  /** The address includes the join token. */
  readonly gatewayUrl: string
  readonly authId: string
  readonly authKey: string
  /** What the local admin shows: `Authorization: Bearer <token>`; empty in mode `users`. */
  readonly token: string
  /** In mode `users` the first password of the user admin, who must change it at the first sign-in. */
  readonly adminPassword?: string
  readonly agents: readonly { readonly id: string; readonly ip: string }[]
}

/** Process ids in both ready files; `postgres` is null if ELVES_DATABASE_URL names another server. */
export interface Pids {
  readonly postgres: number | null
  /** In the order of `agents`. */
  readonly agents: readonly number[]
}

/** Content of `<data dir>/standalone.json`, for scripts. */
export interface Ready extends Doors {
  /** Address of the door for other machines (ELVES_LISTEN); null: there is none. */
  readonly outerUrl: string | null
  readonly pids: Pids & { readonly standalone: number }
}

export const scaledServices = ['command-service', 'gateway', 'projection-service', 'query-service'] as const
export type ScaledService = (typeof scaledServices)[number]

/** Content of `<data dir>/cluster.json`, for scripts. */
export interface ClusterReady extends Doors {
  readonly agents: readonly { readonly id: string; readonly ip: string; readonly link: 'gateway' | 'kafka' }[]
  readonly kafkaBrokers: string
  /** Addresses of the doors for other machines (ELVES_LISTEN): of GraphQL, and of the gateways; null: there are none. */
  readonly outerUrl: string | null
  readonly outerGatewayUrl: string | null
  /** Base URLs of health and metrics of each instance, in the order of the service's pids. */
  readonly instances: Readonly<Record<ScaledService, readonly string[]>>
  /** `kafka` is empty if ELVES_KAFKA_BROKERS names other brokers; `cluster` is the runner itself. */
  readonly pids: Pids & Readonly<Record<ScaledService | 'kafka', readonly number[]>> & { readonly cluster: number }
}

/** A file that exists only while everything is ready. */
export interface ReadyFile<Said> {
  write(dataDir: string, said: Said): Promise<void>
  /** Returns null if nothing is ready. A killed platform leaves its file behind, so the content may be old. */
  read(dataDir: string): Promise<Said | null>
  remove(dataDir: string): Promise<void>
}

export const standaloneFile = readyFile<Ready>('standalone.json')
export const clusterFile = readyFile<ClusterReady>('cluster.json')

function readyFile<Said>(name: string): ReadyFile<Said> {
  return {
    write: (dataDir, said) => writePrivateFile(join(dataDir, name), `${JSON.stringify(said, null, 2)}\n`),
    async read(dataDir) {
      try {
        return JSON.parse(await readFile(join(dataDir, name), 'utf8')) as Said
      } catch {
        return null
      }
    },
    remove: (dataDir) => rm(join(dataDir, name), { force: true }),
  }
}
