import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, isIP } from 'node:net'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { release } from '@elves/core/foundation/release.ts'
import { isSameSecret } from '@elves/core/foundation/secrets.ts'
import type { InstalledApp } from '@elves/schemas/generated/types.ts'
import type { CronEntry } from '../crons/cron-file.ts'
import type { WorkerRunner } from '../runner/worker-call.ts'
import { DevelopTools, execPath } from './develop-tools.ts'
import { goJson } from './go-json.ts'
import { page, script } from './page.ts'
import { type PanelCredentials, type PanelSettings, panelCredentials, tellPanel } from './panel-settings.ts'
import { type PanelStats, panelTime } from './panel-stats.ts'

export interface PanelOptions {
  readonly settings: PanelSettings
  readonly dataDir: string
  readonly name: string
  readonly stats: PanelStats
  readonly ip: () => string
  /** When the center was heard last, ms since the epoch; null: not yet. */
  readonly heardAt: () => number | null
  readonly apps: () => readonly InstalledApp[]
  readonly crons: () => readonly CronEntry[]
  readonly runner: Pick<WorkerRunner, 'prepare'>
  readonly logger: Logger
}

export interface Panel extends Running {
  readonly url: string
}

const bodyBytes = 1024 * 1024
const never = '0000/00/00 00:00:00'

/** Serves what this agent is and does, to whoever has its own name and password. Throws CONFIG_INVALID where the address is taken or not ours. */
export async function panel(options: PanelOptions): Promise<Panel> {
  const { settings, dataDir, logger } = options
  const credentials = await panelCredentials(dataDir, settings)
  const startedAt = Date.now() - process.uptime() * 1_000
  const tools = settings.isDeveloping ? developTools(options, credentials) : null
  const answers = new Answers(options, credentials, startedAt, tools)
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 16_384 }, (request, response) => {
    answers.answer(request, response).catch((error: unknown) => {
      logger.debug({ err: error }, 'the panel could not answer')
      response.destroy()
    })
  })
  server.maxConnections = 32
  server.listen(settings.port, settings.host)
  await once(server, 'listening').catch((cause: unknown) => {
    const what = `ELVES_AGENT_PANEL: the panel can not listen at ${settings.host}:${settings.port}`
    throw new ElvesError('CONFIG_INVALID', what, { cause, facts: { name: 'ELVES_AGENT_PANEL' } })
  })
  const { port } = server.address() as AddressInfo
  const url = `http://${isIP(settings.host) === 6 ? `[${settings.host}]` : settings.host}:${port}/`
  await tellPanel(dataDir, url, credentials)
  logger.info({ url, isDeveloping: settings.isDeveloping }, 'the panel listens; panel.json of the data folder has its password')
  if (settings.isDeveloping) logger.warn('developer mode is on: whoever has its key runs apps on this host, and the center does not hear of it')
  return {
    url,
    stop: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function developTools({ stats, ip, runner, logger }: PanelOptions, { authId, authKey }: PanelCredentials): DevelopTools {
  return new DevelopTools({
    authId,
    authKey,
    ip,
    runner,
    ended(call, end) {
      stats.ended({ ...call, type: 'rt', mode: 'NP' }, end)
      logger.info({ ...call, state: end.outcome, code: end.failure?.code }, 'a run of developer mode has ended')
    },
  })
}

class Answers {
  readonly #options: PanelOptions
  readonly #credentials: PanelCredentials
  readonly #startedAt: number
  readonly #tools: DevelopTools | null

  constructor(options: PanelOptions, credentials: PanelCredentials, startedAt: number, tools: DevelopTools | null) {
    this.#options = options
    this.#credentials = credentials
    this.#startedAt = startedAt
    this.#tools = tools
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('cache-control', 'no-store')
    response.setHeader('content-security-policy', "default-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'")
    response.setHeader('x-content-type-options', 'nosniff')
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://panel')
    if (isForeign(request)) return void response.writeHead(403).end('a page of another origin may not ask\n')
    if (pathname === execPath && this.#tools) return this.#exec(this.#tools, request, searchParams, response)
    if (request.method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end()
    if (!this.#isKnown(request)) {
      return void response
        .writeHead(401, { 'www-authenticate': 'Basic realm="Elves agent", charset="UTF-8"' })
        .end('panel.json of the data folder has the password\n')
    }
    if (pathname === '/') return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
    if (pathname === '/panel.js') return void response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(script)
    const data = this.#data(pathname, searchParams)
    if (data === undefined) return void response.writeHead(404).end('nothing is here\n')
    json(response, { msg: 'success', data })
  }

  #data(path: string, asked: URLSearchParams): unknown {
    const { stats, crons } = this.#options
    switch (path) {
      case '/stat/general':
        return this.#general()
      case '/stat/apps':
        return this.#apps()
      case '/stat/crons':
        return stats.crons(crons())
      case '/stat/tasks':
        return stats.tasks()
      case '/stat/errors':
        return stats.errors()
      case '/api/gettesturl':
        return this.#tools
          ? new Map([
              ['status', 'true'],
              ['uri', this.#tools.signedQuery(asked) ?? 'param error!'],
            ])
          : { status: 'false' }
      default:
        return undefined
    }
  }

  #general(): object {
    const { name, ip, heardAt } = this.#options
    const heard = heardAt()
    return {
      Mode: this.#tools ? 'DEVELOP' : 'PRODUCT',
      Asset: name,
      Ip: ip(),
      Uptime: panelTime(this.#startedAt),
      Hbtime: heard === null ? never : panelTime(heard),
      Ver: release,
      Apps: this.#apps(),
    }
  }

  #apps(): ReadonlyMap<string, string> {
    return new Map(this.#options.apps().map((app) => [app.name, app.version]))
  }

  #isKnown({ headers: { authorization = '' } }: IncomingMessage): boolean {
    const [, given = ''] = /^basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? []
    const { user, password } = this.#credentials
    return isSameSecret(Buffer.from(given, 'base64').toString('utf8'), `${user}:${password}`)
  }

  async #exec(tools: DevelopTools, request: IncomingMessage, query: URLSearchParams, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'POST') return void response.writeHead(405, { allow: 'GET, POST' }).end()
    const body = request.method === 'POST' ? await bodyOf(request) : ''
    if (body === null) return void response.writeHead(413).end()
    const parameters = new URLSearchParams(query)
    for (const [name, value] of new URLSearchParams(body)) parameters.set(name, value)
    json(response, await tools.exec(parameters))
  }
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' }).end(goJson(value))
}

/** A name that is no address of this host would be one that a foreign page has led here; a browser says where a request comes from. */
function isForeign({ headers: { host = '', 'sec-fetch-site': site = 'none' } }: IncomingMessage): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return (isIP(name) === 0 && name !== 'localhost') || !['none', 'same-origin'].includes(String(site))
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes > bodyBytes) return null
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
