import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, realpath, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Launch, type Launched, launched, launchedCluster } from '@elves/standalone/launched.ts'
import type { Doors, Pids } from '@elves/standalone/ready-file.ts'
import { compileCache, linkAgentCache } from './compile-cache.ts'
import { ComposePlatform } from './compose.ts'
import { askGraphql, askRest, type RestAnswer } from './doors.ts'
import { copyDatabase, folderOfRun } from './platforms-of-run.ts'
import { type FoundProcess, processesOf } from './processes.ts'
import { removePlatform } from './remove-platform.ts'
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

let shared: Platform | null = null

/** What the shared platform is patient about, and what it is quick about. */
const sharedSettings = {
  ELVES_AUTH_ID: '1',
  ELVES_AUTH_KEY: 'testkey',
  // It includes waiting in the agent's queue, and a new start of what was killed; a slow machine must not turn that into rejections.
  ELVES_START_ALLOWANCE_MS: '600000',
  ELVES_AGENT_STOP_GRACE_MS: '500',
  ELVES_WEBHOOK_RETRY_MS: '100',
  ELVES_WEBHOOK_LONGEST_RETRY_MS: '300',
  ELVES_WEBHOOK_FAILING_AFTER_MS: '500',
}

/**
 * Returns the platform that the test files of this process share: for tests that look only at what they made. It may have any history.
 * A test may kill it, or parts of it, and start it again. Its auth id is `1` with the key `testkey`, and all its agents take the crons
 * of {@link setOwnCrons}. `dispose` leaves it to the next file; it ends with the run. Containers are not shared.
 */
export async function sharedPlatform(): Promise<TestPlatform> {
  const dir = process.env[folderOfRun]
  if (testedShape === 'compose' || dir === undefined) return startPlatform({ sharesBroker: true, env: sharedSettings })
  if (shared !== null && (await isUp(shared))) return shared.asItIsNow()
  // A test that failed after it had stopped the platform would take the next files along.
  if (shared !== null) await removePlatform(shared.dataDir)
  shared = await startShared(testedShape, dir)
  return shared
}

/** Returns false where it does not get ready; what a test has killed may still be on its way. */
async function isUp(platform: TestPlatform): Promise<boolean> {
  const isReady = async () => (await platform.readyNow()) !== null && (await fetch(new URL('/readyz', platform.ready().url))).ok
  return waitFor(isReady).catch(() => false)
}

async function startShared(shape: RunnerShape, dir: string): Promise<Platform> {
  const dataDir = await newDataDir(dir)
  await prepare(shape, dataDir)
  const store = await storeOfRun()
  const own = { ...sharedSettings, ELVES_AGENT_CRON_FILE: cronFileIn(dataDir) }
  const env = { ...launchEnv(shape), ...(shape === 'cluster' ? await runBroker() : {}), ...store?.env, ...own }
  const platform = new Platform({ shape, dataDir, env, isShared: true })
  await platform.start()
  return platform
}

function cronFileIn(dataDir: string): string {
  return join(dataDir, 'own-crons.json')
}

/** Gives the agents of the shared platform this `cron.json`, at once as a whole. */
export async function setOwnCrons({ dataDir }: TestPlatform, file: string): Promise<void> {
  const path = cronFileIn(dataDir)
  await writeFile(`${path}.new`, file)
  await rename(`${path}.new`, path)
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
  if (options.dataDir === undefined && shape !== 'compose') await prepare(shape, dataDir)
  const store = shape === 'compose' ? null : await storeOfRun()
  const platform =
    shape === 'compose'
      ? new ComposePlatform(dataDir, { ...cleanEnv(), ...options.env })
      : new Platform({
          shape,
          dataDir,
          env: {
            ...launchEnv(shape),
            ...(options.sharesBroker && shape === 'cluster' ? await runBroker() : {}),
            ...store?.env,
            ...options.env,
          },
          disposed: () => store?.stop(),
        })
  try {
    await platform.start()
  } catch (error) {
    await platform.dispose()
    throw error
  }
  return platform
}

/** Puts into a new data folder what a first start would take long to make. */
async function prepare(shape: RunnerShape, dataDir: string): Promise<void> {
  await copyDatabase(dataDir)
  if (shape === 'cluster') return
  const agent = join(dataDir, 'agent')
  await mkdir(agent, { mode: 0o700 })
  await linkAgentCache(agent)
}

/** Launches a platform of a shape, nothing else; rejects with its output if it does not start. */
export function launch(shape: RunnerShape, options: Launch): Promise<Launched<Ready>> {
  const env = { ...launchEnv(shape), ...options.env }
  return shape === 'cluster' ? launchedCluster({ ...options, env, args: clusterArgs }) : launched({ ...options, env })
}

/** Makes a folder that the Postgres user can enter. */
export async function newDataDir(parent: string = tmpdir()): Promise<string> {
  const dataDir = await mkdtemp(join(await realpath(parent), 'elves-e2e-'))
  await chmod(dataDir, 0o755)
  return dataDir
}

/** This process's environment without the ELVES_ settings. */
export function cleanEnv(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ELVES_')))
}

function launchEnv(shape: RunnerShape): Record<string, string | undefined> {
  const env = {
    ...cleanEnv(),
    ELVES_HTTP_PORT: '0',
    // Other tests use the machine at the same time, and workers that give way would wait for them.
    ELVES_AGENT_WORKER_NICE: '0',
    NODE_COMPILE_CACHE: compileCache,
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

interface PlatformOptions {
  readonly shape: RunnerShape
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isShared?: boolean
  disposed?(): void
}

class Platform implements TestPlatform {
  readonly shape: RunnerShape
  readonly dataDir: string
  readonly readyFile: string
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #isShared: boolean
  #launched: Launched<Ready> | null = null

  readonly #disposed: () => void

  constructor({ shape, dataDir, env, isShared = false, disposed = () => undefined }: PlatformOptions) {
    this.#disposed = disposed
    this.#isShared = isShared
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

  /** Has `ready` tell the processes of now: a test of an earlier file may have killed some. */
  async asItIsNow(): Promise<this> {
    const launched = this.#now()
    this.#launched = { ...launched, ready: (await launched.readyNow()) ?? launched.ready }
    return this
  }

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
    if (this.#isShared) return
    await removePlatform(this.dataDir)
    this.#disposed()
  }

  #now(): Launched<Ready> {
    if (this.#launched === null) throw new Error('the platform was not started')
    return this.#launched
  }
}
