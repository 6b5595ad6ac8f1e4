import { randomBytes } from 'node:crypto'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { readSchema } from '@elves/core/read-models/migrate.ts'
import { installExample } from '@elves/standalone/apps.ts'
import { scaledServices } from '@elves/standalone/ready-file.ts'
import pg from 'pg'
import { ComposeProject } from './compose-project.ts'
import { askGraphql, askRest, type RestAnswer } from './doors.ts'
import type { Ready, TestPlatform } from './platform.ts'
import { type FoundProcess, pidOutside } from './processes.ts'
import { waitFor } from './wait-for.ts'

/** In the order of their aliases: 127.0.0.1 is linked by a gateway, 127.0.0.2 by Kafka. */
const agents = ['agent-gateway', 'agent-kafka'] as const
const secret = 'of-the-tests'
const token = 'token-of-the-local-admin-of-the-tests'

interface Ports {
  readonly http: number
  readonly gateway: number
  readonly postgres: number
}

/**
 * The cluster of docker-compose.yml as a separate project, with new volumes. The images must have been built. Tests and workers
 * share the data folder; it holds the apps, and the file that says where the database is.
 */
export class ComposePlatform implements TestPlatform {
  readonly shape = 'compose'
  readonly dataDir: string
  readonly readyFile = 'compose.json'
  readonly #settings: Readonly<Record<string, string | undefined>>
  #project: ComposeProject | null = null
  #ports: Ports | null = null
  #ready: Ready | null = null

  constructor(dataDir: string, env: Readonly<Record<string, string | undefined>>) {
    this.dataDir = dataDir
    this.#settings = env
  }

  async start(env: Readonly<Record<string, string>> = {}): Promise<Ready> {
    this.#ports ??= await freePorts()
    this.#project ??= new ComposeProject(`elves-e2e-${randomBytes(4).toString('hex')}`, { ...this.#settings, ...given(this.dataDir, this.#ports) })
    await this.#fillFolder(this.#ports.postgres)
    try {
      await this.#project.run(['up', '-d', '--no-build', '--wait', '--wait-timeout', '240'], env)
    } catch (cause) {
      throw new Error(`the project did not come up:\n${await this.#project.run(['logs', '--no-color', '--tail', '20'])}`, { cause })
    }
    const proof = this.#isOfUsers() ? { token: '', adminPassword: secret } : { token }
    this.#ready = { ...doors(this.#ports), ...proof, agents: [], pids: { postgres: null, agents: [] } }
    const connected = await waitFor(() => this.#connectedAgents(), { timeoutMs: 60_000, everyMs: 200, what: 'both agents' })
    this.#ready = { ...this.#ready, agents: connected }
    this.#ready = await waitFor(this.readyNow, { timeoutMs: 60_000, everyMs: 200, what: 'a process in every container' })
    return this.#ready
  }

  ready = (): Ready => {
    if (this.#ready === null) throw new Error('the project was not started')
    return this.#ready
  }

  output = (): string => {
    throw new Error('its logs are with the engine')
  }

  runnerPid = (): number => {
    throw new Error('it has no runner of ours')
  }

  readyNow = async (): Promise<Ready | null> => {
    const project = this.#running()
    const [postgres, ...pids] = await Promise.all([project.state('postgres'), ...agents.map((name) => project.pidUnderInit(name))])
    if (!postgres?.isRunning || pids.includes(null)) return null
    return { ...this.ready(), pids: { postgres: postgres.pid, agents: pids as number[] } }
  }

  /** Resolves with the first exit code of a service or agent that is not 0, else 0. */
  async stop(): Promise<number | null> {
    const project = this.#running()
    await project.run(['stop'])
    const states = await Promise.all([...scaledServices, ...agents].map((name) => project.state(name)))
    return states.map((state) => state?.exitCode ?? null).find((code) => code !== 0) ?? 0
  }

  /** Kills all services, which elsewhere are the runner or its children. */
  async kill(): Promise<void> {
    await this.#running().run(['kill', '-s', 'SIGKILL', ...scaledServices])
  }

  graphql<Data>(query: string, variables: object = {}): Promise<Data> {
    return askGraphql<Data>(this.ready(), query, variables)
  }

  rest(path: string, parameters: Readonly<Record<string, string>>): Promise<RestAnswer> {
    return askRest(this.ready(), path, parameters)
  }

  async leftovers(): Promise<FoundProcess[]> {
    const project = this.#running()
    const names = ['kafka', 'postgres', ...scaledServices, ...agents]
    const states = await Promise.all(names.map(async (command) => ({ command, state: await project.state(command) })))
    return states.flatMap(({ command, state }) => (state?.isRunning ? [{ pid: state.pid, command }] : []))
  }

  async pidHere(pidOfWorker: number): Promise<number> {
    const [agent = 0] = this.ready().pids.agents
    const pid = await pidOutside(agent, pidOfWorker)
    if (pid === null) throw new Error(`no process ${pidOfWorker} beside the agent`)
    return pid
  }

  async dispose(): Promise<void> {
    await this.#project?.run(['down', '-v', '-t', '0', '--remove-orphans'])
    await rm(this.dataDir, { recursive: true, force: true })
  }

  /** Writes the apps, and `connection.json`, in which tools look for the database of a data folder. */
  async #fillFolder(postgresPort: number): Promise<void> {
    // The agents' user in the containers has another id than ours.
    await chmod(this.dataDir, 0o777)
    await installExample(join(this.dataDir, 'apps'))
    await mkdir(join(this.dataDir, 'postgres'), { recursive: true })
    await writeFile(join(this.dataDir, 'postgres', 'connection.json'), JSON.stringify({ url: databaseUrl(postgresPort) }))
  }

  #isOfUsers(): boolean {
    return this.#settings['ELVES_AUTH'] === 'users'
  }

  /** Nobody may ask before the admin has signed in and changed the first password, so the database is asked where there are users. */
  async #agentsInDatabase(): Promise<Ready['agents'] | null> {
    const client = new pg.Client({ connectionString: databaseUrl(this.#ports?.postgres ?? 0) })
    await client.connect()
    try {
      const text = `select id, ip from ${readSchema}.agents where state = 'CONNECTED' order by ip`
      const { rows } = await client.query<{ id: string; ip: string }>(text)
      return rows.length === agents.length ? rows : null
    } finally {
      await client.end()
    }
  }

  async #connectedAgents(): Promise<Ready['agents'] | null> {
    if (this.#isOfUsers()) return this.#agentsInDatabase()
    const query = '{ agents(first: 100) { nodes { id ip name state } } }'
    interface Shown {
      readonly id: string
      readonly ip: string
      readonly name: string
      readonly state: string
    }
    const { nodes } = (await this.graphql<{ agents: { nodes: Shown[] } }>(query)).agents
    const found = agents.map((name) => nodes.find((agent) => agent.name === name && agent.state === 'CONNECTED'))
    return found.every((agent) => agent !== undefined) ? found.map(({ id, ip }) => ({ id, ip })) : null
  }

  #running(): ComposeProject {
    if (this.#project === null) throw new Error('the project was not started')
    return this.#project
  }
}

function databaseUrl(port: number): string {
  return `postgres://elves:${secret}@127.0.0.1:${port}/elves`
}

function given(dataDir: string, ports: Ports): Record<string, string> {
  return {
    ELVES_HTTP_PORT: String(ports.http),
    ELVES_GATEWAY_PORT: String(ports.gateway),
    POSTGRES_PORT: String(ports.postgres),
    SHARED_FOLDER: dataDir,
    ELVES_AGENT_APPS_DIR: join(dataDir, 'apps'),
    POSTGRES_PASSWORD: secret,
    ELVES_JOIN_TOKEN: secret,
    ELVES_SERVICE_SECRET: secret,
    ELVES_AUTH_ID: 'tests',
    ELVES_AUTH_KEY: secret,
    ELVES_TOKEN: token,
    ELVES_ADMIN_PASSWORD: secret,
  }
}

function doors({ http, gateway }: Ports): Omit<Ready, 'agents' | 'pids' | 'token'> {
  return {
    url: `http://127.0.0.1:${http}`,
    graphqlUrl: `http://127.0.0.1:${http}/graphql`,
    subscriptionsUrl: `ws://127.0.0.1:${http}/graphql`,
    gatewayUrl: `ws://127.0.0.1:${gateway}/gateway?token=${secret}`,
    authId: 'tests',
    authKey: secret,
  }
}

async function freePorts(): Promise<Ports> {
  const servers = [createServer(), createServer(), createServer()]
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
        }),
    ),
  )
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  const [http = 0, gateway = 0, postgres = 0] = ports
  return { http, gateway, postgres }
}
