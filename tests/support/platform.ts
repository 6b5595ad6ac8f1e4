import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Launch, type Launched, launched, launchedCluster } from '@elves/standalone/launched.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import type { Doors, Pids } from '@elves/standalone/ready-file.ts'
import { ComposePlatform } from './compose.ts'
import { askGraphql, askRest, type RestAnswer } from './doors.ts'
import { type FoundProcess, processesOf } from './processes.ts'
import { waitFor } from './wait-for.ts'

export type { RestAnswer } from './doors.ts'

/** The two shapes of the system that the runner can start. */
export type RunnerShape = 'standalone' | 'cluster'
/** `compose`: the cluster in containers. */
export type Shape = RunnerShape | 'compose'

const wanted = process.env['ELVES_TEST_PLATFORM']
/** The shape that this run of the end-to-end suite tests; set by ELVES_TEST_PLATFORM. */
export const testedShape: Shape = wanted === 'cluster' || wanted === 'compose' ? wanted : 'standalone'
/** The tested shape if the runner starts it, for tests of the runner; null for containers. */
export const testedRunner: RunnerShape | null = testedShape === 'compose' ? null : testedShape

/** `eventstoredb-double`: the runner's platforms keep their events in a double of EventStoreDB, one for each, in the process of the test. */
const testedStore = process.env['ELVES_TEST_STORE'] ?? ''

/** Two of everything, to reveal what an instance wrongly keeps to itself. 127.0.0.1 and .2 are on Kafka, .3 and .4 on gateways. */
const clusterArgs = ['--scale', 'command-service=2,gateway=2,projection-service=2,query-service=2', '--agents', 'kafka=2,gateway=2']

export interface StartPlatform {
  /** Settings besides those of every test (any free port, a temporary data folder). */
  readonly env?: Readonly<Record<string, string>>
  /** Default: a new one, which `dispose` removes. */
  readonly dataDir?: string
  /** Default: the shape that the run tests. */
  readonly shape?: Shape
  /** True: a cluster uses the broker of the run, for tests that do nothing to it. Default: it starts its own. */
  readonly sharesBroker?: boolean
}

/** The parts that the ready files of both shapes have. */
export type Ready = Doors & { readonly pids: Pids }

/** A real platform, which a test may stop, kill and start again on one data folder. */
export interface TestPlatform {
  readonly shape: Shape
  readonly dataDir: string
  /** Name of the ready file in the data folder. */
  readonly readyFile: string
  /** The ready file of the last start. */
  readonly ready: () => Ready
  readonly output: () => string
  /** Reads the ready file; null if the platform is not ready. */
  readonly readyNow: () => Promise<Ready | null>
  /** Pid of the process that runs all the others, or contains them. */
  readonly runnerPid: () => number
  /** Starts again on the same data folder, with the same settings plus these. */
  start(env?: Readonly<Record<string, string>>): Promise<Ready>
  /** Sends Ctrl-C; resolves with the exit code. */
  stop(): Promise<number | null>
  /** Sends kill -9 to the runner itself; resolves when it is gone. */
  kill(): Promise<void>
  /** Returns `data`; throws if the answer has errors. */
  graphql<Data = Record<string, never>>(query: string, variables?: object): Promise<Data>
  /** Makes a REST v2 call with a signature by a program that shares no code with ours. */
  rest(path: string, parameters: Readonly<Record<string, string>>): Promise<RestAnswer>
  /** Returns every process that still works on the data folder. */
  leftovers(): Promise<FoundProcess[]>
  /** Returns this machine's pid of a worker on the first agent. In a container, the worker knows itself by another pid. */
  pidHere(pidOfWorker: number): Promise<number>
  /** Ends all processes that are left and removes the data folder. */
  dispose(): Promise<void>
}

/** Starts a platform of the tested shape. */
export async function startPlatform(options: StartPlatform = {}): Promise<TestPlatform> {
  const shape = options.shape ?? testedShape
  const dataDir = options.dataDir ?? (await newDataDir())
  const store = shape === 'compose' ? null : await storeOfRun()
  const platform =
    shape === 'compose'
      ? new ComposePlatform(dataDir, { ...cleanEnv(), ...options.env })
      : new Platform(
          shape,
          dataDir,
          {
            ...launchEnv(shape),
            ...(options.sharesBroker && shape === 'cluster' ? await runBroker() : {}),
            ...store?.env,
            ...options.env,
          },
          () => store?.stop(),
        )
  try {
    await platform.start()
  } catch (error) {
    await platform.dispose()
    throw error
  }
  return platform
}

/** Launches a platform of a shape, nothing else; rejects with its output if it does not start. */
export function launch(shape: RunnerShape, options: Launch): Promise<Launched<Ready>> {
  const env = { ...launchEnv(shape), ...options.env }
  return shape === 'cluster' ? launchedCluster({ ...options, env, args: clusterArgs }) : launched({ ...options, env })
}

/** Makes a folder that the Postgres user can enter. */
export async function newDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(await realpath(tmpdir()), 'elves-e2e-'))
  await chmod(dataDir, 0o755)
  return dataDir
}

/** This process's environment without the ELVES_ settings. */
export function cleanEnv(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ELVES_')))
}

function launchEnv(shape: RunnerShape): Record<string, string | undefined> {
  // One compile cache for all platforms of all runs: otherwise each would compile the same code again in its temporary folder.
  const env = {
    ...cleanEnv(),
    ELVES_HTTP_PORT: '0',
    // Other tests use the machine at the same time, and workers that give way would wait for them.
    ELVES_AGENT_WORKER_NICE: '0',
    NODE_COMPILE_CACHE: join(tmpdir(), 'elves-test-compile-cache'),
  }
  return shape === 'cluster' ? { ...env, ...kafkaEnv() } : env
}

/** Settings for the broker; on given brokers, which others may use too, with a topic prefix of its own. */
export function kafkaEnv(): Record<string, string> {
  const brokers = process.env['ELVES_TEST_KAFKA_BROKERS'] ?? ''
  const passedOn = Object.entries(process.env).filter(([name, value]) => value && ['ELVES_CACHE_DIR', 'ELVES_MAVEN_REPOSITORY'].includes(name))
  const own = brokers === '' ? {} : { ELVES_KAFKA_BROKERS: brokers, ELVES_KAFKA_TOPIC_PREFIX: `test-${randomBytes(6).toString('hex')}` }
  return { ...(Object.fromEntries(passedOn) as Record<string, string>), ...own }
}

/** Name of the variable with the URL where a test of a cluster gets the broker of the run; run-broker.ts sets it. */
export const runBrokerUrl = 'ELVES_TEST_RUN_BROKER_URL'

/** Settings for the broker of the run, with a topic prefix of its own; none without such a broker. */
async function runBroker(): Promise<Record<string, string>> {
  const url = process.env[runBrokerUrl]
  if (url === undefined) return {}
  const answer = await fetch(url)
  const brokers = await answer.text()
  if (!answer.ok) throw new Error(`no Kafka broker for the platform: ${brokers}`)
  return { ELVES_KAFKA_BROKERS: brokers, ELVES_KAFKA_TOPIC_PREFIX: `test-${randomBytes(6).toString('hex')}` }
}

/** Null: the events are in the platform's own Postgres. */
async function storeOfRun(): Promise<{ readonly env: Readonly<Record<string, string>>; stop(): void } | null> {
  if (testedStore === '') return null
  if (testedStore !== 'eventstoredb-double') throw new Error(`ELVES_TEST_STORE=${testedStore}: there is eventstoredb-double`)
  // Loaded only here, because gRPC takes time to load.
  const { eventStoreDouble } = await import('./event-store-double.ts')
  const { url, stop } = await eventStoreDouble()
  return { env: { ELVES_EVENTSTOREDB_URL: url }, stop }
}

class Platform implements TestPlatform {
  readonly shape: RunnerShape
  readonly dataDir: string
  readonly readyFile: string
  readonly #env: Readonly<Record<string, string | undefined>>
  #launched: Launched<Ready> | null = null

  readonly #disposed: () => void

  constructor(shape: RunnerShape, dataDir: string, env: Readonly<Record<string, string | undefined>>, disposed: () => void) {
    this.#disposed = disposed
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

  graphql<Data>(query: string, variables: object = {}): Promise<Data> {
    return askGraphql<Data>(this.ready(), query, variables)
  }

  rest(path: string, parameters: Readonly<Record<string, string>>): Promise<RestAnswer> {
    return askRest(this.ready(), path, parameters)
  }

  pidHere = async (pidOfWorker: number): Promise<number> => pidOfWorker

  leftovers(): Promise<FoundProcess[]> {
    return processesOf(this.dataDir)
  }

  async dispose(): Promise<void> {
    // The runner restarts what dies, and an agent may start what a worker leaves, so repeat until no process is left.
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
    this.#disposed()
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
    // the process has ended meanwhile
  }
}
