import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A container's state, as the engine reports it. */
export interface ContainerState {
  readonly isRunning: boolean
  /** This machine's pid of the container's first process; 0 if it does not run. */
  readonly pid: number
  readonly exitCode: number
}

const root = join(import.meta.dirname, '..', '..')
const defaultFiles = 'docker-compose.yml:docker-compose.postgres.yml'

/**
 * A project of docker compose. COMPOSE_COMMAND is the command (default `docker compose`), COMPOSE_FILE the files that make the
 * cluster, DOCKER_HOST the engine, which must be on this machine.
 */
export class ComposeProject {
  readonly #name: string
  readonly #env: Readonly<Record<string, string | undefined>>

  constructor(name: string, env: Readonly<Record<string, string | undefined>>) {
    this.#name = name
    const files = `${process.env['COMPOSE_FILE'] || defaultFiles}:tests/support/docker-compose.e2e.yml`
    this.#env = { ...env, COMPOSE_PROJECT_NAME: name, COMPOSE_FILE: files }
  }

  /** Runs a compose command; if it fails, throws with its output. */
  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const command = process.env['COMPOSE_COMMAND'] || 'docker compose'
    const options = { cwd: root, env: { ...this.#env, ...env }, maxBuffer: 64 * 1024 * 1024 }
    const { stdout } = await promisify(execFile)('sh', ['-c', `exec ${command} "$@"`, 'compose', ...args], options)
    return stdout
  }

  /** Returns the state of a service's first container; null if there is none. */
  async state(service: string): Promise<ContainerState | null> {
    const answer = await engine(`/containers/${this.#name}-${service}-1/json`)
    if (answer === null) return null
    const { State } = answer as { State: { Running: boolean; Pid: number; ExitCode: number } }
    return { isRunning: State.Running, pid: State.Pid, exitCode: State.ExitCode }
  }

  /** Returns this machine's pid of the process that the container's init started; null if none runs. */
  async pidUnderInit(service: string): Promise<number | null> {
    const state = await this.state(service)
    if (!state?.isRunning) return null
    const children = await readFile(`/proc/${state.pid}/task/${state.pid}/children`, 'utf8').catch(() => '')
    return Number(children.split(' ')[0]) || null
  }
}

/** Sends a request to the engine's socket; resolves with null if the engine does not know the thing. */
function engine(path: string): Promise<unknown> {
  const socketPath = (process.env['DOCKER_HOST'] || 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '')
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      response.once('end', () => resolve(response.statusCode === 200 ? JSON.parse(body) : null))
    })
    asked.once('error', reject).end()
  })
}
