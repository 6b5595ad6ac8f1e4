import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Launch, type Launched, launched, launchedCluster } from '@elves/standalone/launched.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import type { Doors, Pids } from '@elves/standalone/ready-file.ts'
import { type FoundProcess, processesOf } from './processes.ts'
import { signedQuery } from './sign-v2.ts'
import { waitFor } from './wait-for.ts'

/** The two shapes of the same system. */
export type Shape = 'standalone' | 'cluster'

/** What this run of the end-to-end suite is against: ELVES_TEST_PLATFORM. */
export const testedShape: Shape = process.env['ELVES_TEST_PLATFORM'] === 'cluster' ? 'cluster' : 'standalone'

/** Two of everything: whatever one instance must not keep to itself shows. 127.0.0.1 and .2 are on Kafka, .3 and .4 on gateways. */
const clusterArgs = ['--scale', 'command-service=2,gateway=2,projection-service=2,query-service=2', '--agents', 'kafka=2,gateway=2']

export interface StartPlatform {
  /** Settings beside those of every test: any free port, a throw-away data folder. */
  readonly env?: Readonly<Record<string, string>>
  /** Default: a new one, which `dispose` removes. */
  readonly dataDir?: string
  /** Default: what the run is against. */
  readonly shape?: Shape
}

/** What the ready file of either shape says. */
export type Ready = Doors & { readonly pids: Pids }

/** A real platform, which may be stopped, killed and started again on one data folder. */
export interface TestPlatform {
  readonly shape: Shape
  readonly dataDir: string
  /** Name of the ready file in the data folder. */
  readonly readyFile: string
  /** Of the last start. */
  readonly ready: () => Ready
  readonly output: () => string
  /** What the ready file says now. */
  readonly readyNow: () => Promise<Ready | null>
  /** Of the process that runs all the others, or has them in it. */
  readonly runnerPid: () => number
  /** Starts again on the same data folder, with the same settings and these. */
  start(env?: Readonly<Record<string, string>>): Promise<Ready>
  /** Ctrl-C; gives the exit code. */
  stop(): Promise<number | null>
  /** kill -9 of the runner itself; resolves when it is gone. */
  kill(): Promise<void>
  /** Answers `data`; throws with the errors. */
  graphql<Data = Record<string, never>>(query: string, variables?: object): Promise<Data>
  /** A signed REST v2 call by a signer that shares no code with ours. */
  rest(path: string, parameters: Readonly<Record<string, string>>): Promise<RestAnswer>
  /** Every process that still works on the data folder. */
  leftovers(): Promise<FoundProcess[]>
  /** Ends whatever is left and removes the data folder. */
  dispose(): Promise<void>
}

export interface RestAnswer {
  readonly flag: string
  readonly error: string
  readonly result?: Readonly<Record<string, string>>
}

/** Starts a platform of the shape that the run is against. */
export async function startPlatform(options: StartPlatform = {}): Promise<TestPlatform> {
  const shape = options.shape ?? testedShape
  const dataDir = options.dataDir ?? (await newDataDir())
  const platform = new Platform(shape, dataDir, { ...launchEnv(shape), ...options.env })
  try {
    await platform.start()
  } catch (error) {
    await platform.dispose()
    throw error
  }
  return platform
}

/** Launches a platform of a shape without more; rejects with its output where it does not start. */
export function launch(shape: Shape, options: Launch): Promise<Launched<Ready>> {
  const env = { ...launchEnv(shape), ...options.env }
  return shape === 'cluster' ? launchedCluster({ ...options, env, args: clusterArgs }) : launched({ ...options, env })
}

/** A folder that the Postgres user can get into. */
export async function newDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(await realpath(tmpdir()), 'elves-e2e-'))
  await chmod(dataDir, 0o755)
  return dataDir
}

/** Our environment without any setting of Elves. */
export function cleanEnv(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ELVES_')))
}

function launchEnv(shape: Shape): Record<string, string | undefined> {
  const env = { ...cleanEnv(), ELVES_HTTP_PORT: '0' }
  return shape === 'cluster' ? { ...env, ...kafkaEnv() } : env
}

/** Where the broker comes from; on brokers that others use too, with topics of our own. */
export function kafkaEnv(): Record<string, string> {
  const brokers = process.env['ELVES_TEST_KAFKA_BROKERS'] ?? ''
  const passedOn = Object.entries(process.env).filter(([name, value]) => value && ['ELVES_CACHE_DIR', 'ELVES_MAVEN_REPOSITORY'].includes(name))
  const own = brokers === '' ? {} : { ELVES_KAFKA_BROKERS: brokers, ELVES_KAFKA_TOPIC_PREFIX: `test-${randomBytes(6).toString('hex')}` }
  return { ...(Object.fromEntries(passedOn) as Record<string, string>), ...own }
}

class Platform implements TestPlatform {
  readonly shape: Shape
  readonly dataDir: string
  readonly readyFile: string
  readonly #env: Readonly<Record<string, string | undefined>>
  #launched: Launched<Ready> | null = null

  constructor(shape: Shape, dataDir: string, env: Readonly<Record<string, string | undefined>>) {
    this.shape = shape
    this.dataDir = dataDir
    this.readyFile = `${shape}.json`
    this.#env = env
  }

  async start(env: Readonly<Record<string, string>> = {}): Promise<Ready> {
    this.#launched = await launch(this.shape, { dataDir: this.dataDir, env: { ...this.#env, ...env } })
    return this.#launched.ready
  }

  ready = (): Ready => this.#now().ready
  output = (): string => this.#now().output()
  readyNow = (): Promise<Ready | null> => this.#now().readyNow()
  runnerPid = (): number => this.#now().child.pid ?? 0
  stop = (): Promise<number | null> => this.#now().stop()

  async kill(): Promise<void> {
    const { child } = this.#now()
    child.kill('SIGKILL')
    await waitFor(() => child.signalCode !== null, { what: `the end of ${this.shape}` })
  }

  async graphql<Data>(query: string, variables: object = {}): Promise<Data> {
    const response = await fetch(this.ready().graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await response.json()) as { data?: Data | null; errors?: unknown }
    if (data === undefined || data === null || errors !== undefined) throw new Error(`GraphQL answered ${JSON.stringify(errors)}`)
    return data
  }

  async rest(path: string, parameters: Readonly<Record<string, string>>): Promise<RestAnswer> {
    const { url, authId, authKey } = this.ready()
    const response = await fetch(`${url}${path}?${signedQuery({ path, parameters, key: authKey }, authId)}`)
    return (await response.json()) as RestAnswer
  }

  leftovers(): Promise<FoundProcess[]> {
    return processesOf(this.dataDir)
  }

  async dispose(): Promise<void> {
    // The runner starts again what dies, and an agent may start what a worker leaves: again until nobody is there.
    await waitFor(
      async () => {
        const left = await this.leftovers()
        for (const { pid } of left) killIfAlive(pid)
        return left.length === 0
      },
      { what: 'the end of what a test left' },
    )
    await removeDataFolder(join(this.dataDir, 'postgres'))
    await rm(this.dataDir, { recursive: true, force: true })
  }

  #now(): Launched<Ready> {
    if (this.#launched === null) throw new Error('the platform was not started')
    return this.#launched
  }
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it ended meanwhile
  }
}
