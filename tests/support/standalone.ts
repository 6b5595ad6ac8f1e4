import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Launched, launched } from '@elves/standalone/launched.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import type { Ready } from '@elves/standalone/ready-file.ts'
import { type FoundProcess, processesOf } from './processes.ts'
import { signedQuery } from './sign-v2.ts'
import { waitFor } from './wait-for.ts'

export interface StartStandalone {
  /** Settings beside those of every test: any free port, a throw-away data folder. */
  readonly env?: Readonly<Record<string, string>>
  /** Default: a new one, which `dispose` removes. */
  readonly dataDir?: string
}

/** A real `standalone/main.ts`, which may be stopped, killed and started again on one data folder. */
export interface TestPlatform {
  readonly dataDir: string
  /** Of the last start. */
  readonly ready: () => Ready
  readonly output: () => string
  /** What `standalone.json` says now. */
  readonly readyNow: Launched['readyNow']
  /** Starts again on the same data folder, with the same settings and these. */
  start(env?: Readonly<Record<string, string>>): Promise<Ready>
  /** Ctrl-C; gives the exit code. */
  stop(): Promise<number | null>
  /** kill -9 of standalone itself; resolves when it is gone. */
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

export async function startStandalone(options: StartStandalone = {}): Promise<TestPlatform> {
  const dataDir = options.dataDir ?? (await newDataDir())
  const platform = new Platform(dataDir, { ...cleanEnv(), ELVES_HTTP_PORT: '0', ...options.env })
  try {
    await platform.start()
  } catch (error) {
    await platform.dispose()
    throw error
  }
  return platform
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

class Platform implements TestPlatform {
  readonly dataDir: string
  readonly #env: Readonly<Record<string, string | undefined>>
  #launched: Launched | null = null

  constructor(dataDir: string, env: Readonly<Record<string, string | undefined>>) {
    this.dataDir = dataDir
    this.#env = env
  }

  async start(env: Readonly<Record<string, string>> = {}): Promise<Ready> {
    this.#launched = await launched({ dataDir: this.dataDir, env: { ...this.#env, ...env } })
    return this.#launched.ready
  }

  ready = (): Ready => this.#now().ready
  output = (): string => this.#now().output()
  readyNow = (): Promise<Ready | null> => this.#now().readyNow()
  stop = (): Promise<number | null> => this.#now().stop()

  async kill(): Promise<void> {
    const { child } = this.#now()
    child.kill('SIGKILL')
    await waitFor(() => child.signalCode !== null, { what: 'the end of standalone' })
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
    // The agent may start what Postgres or a worker leaves: again until nobody is there.
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

  #now(): Launched {
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
