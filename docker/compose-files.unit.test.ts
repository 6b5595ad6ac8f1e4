import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { type Program, unread } from '@elves/core/foundation/setting-readers.ts'
import { settings } from '@elves/core/foundation/settings.ts'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

/** The files for docker compose and for the images agree with the code. */

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Service {
  readonly image?: string
  readonly build?: { readonly target: string }
  readonly command?: readonly string[]
  readonly init?: boolean
  readonly user?: string
  readonly restart?: string
  readonly stop_grace_period?: string
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly environment?: Readonly<Record<string, string | number | null>>
  readonly depends_on?: Readonly<Record<string, unknown>>
  readonly healthcheck?: { readonly test: readonly string[] }
}

/** A value that stands for `!reset null` of an override. */
const taken = 'TAKEN OUT'
const customTags = [{ tag: '!reset', resolve: () => taken }]

function services(path: string): [string, Service][] {
  const file = parse(read(path), { merge: true, customTags }) as { services: Record<string, Service> }
  return Object.entries(file.services)
}

/** Reads a file as compose does when no variable is set. */
function byDefault(value: unknown): string {
  return String(value).replace(/\$\{\w+:-([^}]*)\}/g, '$1')
}

const cluster = services('docker-compose.yml')
const ours = cluster.filter(([, { build }]) => build)
const dockerfile = read('Dockerfile')

/** Returns the lines of each stage of an image's build. */
function stage(name: string): readonly string[] {
  const lines = dockerfile.replaceAll('\\\n', ' ').split('\n')
  const from = lines.findIndex((line) => line.endsWith(` AS ${name}`))
  const length = lines.slice(from + 1).findIndex((line) => line.startsWith('FROM '))
  return lines.slice(from + 1, length < 0 ? undefined : from + 1 + length)
}

function commandOf({ command, build }: Service): readonly string[] {
  return (
    command ??
    JSON.parse(
      stage(build?.target ?? '')
        .find((line) => line.startsWith('CMD '))
        ?.slice(4) ?? '[]',
    )
  )
}

test.each(['docker-compose.yml', 'docker-compose.postgres.yml', 'tests/support/docker-compose.e2e.yml', 'Dockerfile', '.env.example'])(
  'every setting in %s is known',
  (path) => {
    const named = [...new Set(read(path).match(/ELVES_[A-Z0-9_]*[A-Z0-9]/g))]
    expect(named.filter((name) => !Object.hasOwn(settings, name))).toEqual([])
  },
)

/** The program that each entry file starts. */
const programsByEntry: Readonly<Record<string, Program>> = {
  'command-service/main.ts': 'command-service',
  'command-service/gateway-main.ts': 'gateway',
  'projection-service/main.ts': 'projection-service',
  'query-service/main.ts': 'query-service',
  'agent/main.ts': 'agent',
}

describe.each(ours)('%s', (name, service) => {
  test('is given no setting that its program does not read', () => {
    const program = programsByEntry[commandOf(service)[1] ?? '']
    expect(program).toBeDefined()
    expect(unread(program as Program, service.environment as NodeJS.ProcessEnv)).toEqual([])
  })

  test('starts with the settings that it is given by default', () => {
    const given = Object.entries(service.environment ?? {}).map(([key, value]) => [key, byDefault(value)])
    expect(() => readSettings(Object.fromEntries(given))).not.toThrow()
  })

  test('runs an entry file that is there, as a user who is not root', () => {
    const lines = stage(service.build?.target ?? '')
    const command = commandOf(service)
    expect(command[0]).toBe('node')
    expect(existsSync(join(root, command[1] ?? ''))).toBe(true)
    expect(lines.filter((line) => line.startsWith('USER '))).toEqual(['USER node'])
    expect(service.user).toBeUndefined()
  })

  test('asks for its health by a script that is there', () => {
    const [how, program, script] = service.healthcheck?.test ?? []
    expect([how, program]).toEqual(['CMD', script?.endsWith('.ts') ? 'node' : 'bash'])
    expect(existsSync(join(root, script ?? ''))).toBe(true)
  })

  test('has an init that reaps, is started again, and gets the time that its stop may take', () => {
    expect([service.init, service.restart]).toEqual([true, 'unless-stopped'])
    expect(Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1]) * 1000).toBeGreaterThan(settings.ELVES_SHUTDOWN_MS.fallback)
  })

  test('asks for its health on the port that it listens on', () => {
    const { ELVES_COMMAND_PORT, ELVES_GATEWAY_PORT, ELVES_PROJECTION_PORT, ELVES_HTTP_PORT } = service.environment ?? {}
    const port = ELVES_COMMAND_PORT ?? ELVES_GATEWAY_PORT ?? ELVES_PROJECTION_PORT ?? ELVES_HTTP_PORT
    if (name.startsWith('agent-')) expect(port).toBeUndefined()
    else expect(service.healthcheck?.test.at(-1)).toBe(String(port))
  })
})

test('the services that check what auth keys may do are told the same mode of REST v2', () => {
  const mode = (name: string) => ours.find(([other]) => other === name)?.[1].environment?.['ELVES_REST_MODE']
  expect(byDefault(mode('query-service'))).toBe(settings.ELVES_REST_MODE.fallback)
  expect(mode('command-service')).toBe(mode('query-service'))
})

test('there are four services of the center and two agents, one on each kind of link', () => {
  const names = ours.map(([name]) => name)
  expect(names.sort()).toEqual(['agent-gateway', 'agent-kafka', 'command-service', 'gateway', 'projection-service', 'query-service'])
  expect(cluster.filter(([, { environment }]) => environment?.['ELVES_AGENT_LINK'] === 'kafka').map(([name]) => name)).toEqual(['agent-kafka'])
})

test.each(cluster)('%s has a health check, and listens on nothing but 127.0.0.1 of the host', (_name, { healthcheck, ports = [] }) => {
  expect(healthcheck?.test.length).toBeGreaterThan(1)
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
})

test('images have plain names with a version, without the host of a registry', () => {
  const bases = dockerfile.match(/(?<=^FROM )\S+/gm)?.filter((name) => !new RegExp(` AS ${name}$`, 'm').test(dockerfile)) ?? []
  const images = cluster.flatMap(([, { build, image }]) => (build ? [] : [image ?? '']))
  expect(bases.length).toBeGreaterThan(0)
  for (const name of [...bases, ...images]) expect(name).toMatch(/^([a-z0-9-]+\/)?[a-z0-9-]+:\d[a-z0-9.-]*$/)
  for (const name of bases) expect(name).toMatch(/^node:24-/)
})

test('the builds copy what is there, and the manifest of every workspace', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '))
  expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([])
  const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] }
  expect(stage('manifests').filter((line) => /^COPY \S+\/package.json /.test(line))).toEqual(
    workspaces.map((name) => `COPY ${name}/package.json ${name}/`),
  )
})

test('the builds get what they copy, and the compiler settings that the dashboard extends', () => {
  const given = read('.dockerignore').split('\n')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '))
  const isGiven = (path: string) => given.includes(`!${path}`) || given.includes(`!${path.split('/')[0]}`)
  expect(copied.filter((path) => !isGiven(path))).toEqual([])
  const { extends: extended } = JSON.parse(read('dashboard/tsconfig.json')) as { extends: string }
  expect(stage('dashboard')).toContain(`COPY ${extended.replace('../', '')} ./`)
})

/** The folders of core that a folder of ours needs, with those that these need. */
function coreOf(folder: string, found = new Set<string>()): ReadonlySet<string> {
  for (const path of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || /\.(test|fixture)\.ts$/.test(path) || path.includes('node_modules')) continue
    const inside = folder.startsWith('core/') ? /from '\.\.\/([a-z-]+)\//g : /'@elves\/core\/([a-z-]+)\//g
    for (const [, name = ''] of read(join(folder, path)).matchAll(inside)) {
      if (found.has(name)) continue
      found.add(name)
      coreOf(`core/${name}`, found)
    }
  }
  return found
}

test('the image of the agent has what the agent needs of core', () => {
  const lines = stage('agent')
  expect([...coreOf('agent')].filter((name) => !lines.includes(`COPY core/${name} core/${name}`))).toEqual([])
})

test('the services that take, keep and give away the packages of apps share one folder', () => {
  const told = ours.filter(([, { environment }]) => environment?.['ELVES_APP_PACKAGES_DIR'] !== undefined)
  expect(told.map(([name]) => name).sort()).toEqual(['command-service', 'gateway', 'query-service'])
  for (const [, { environment, volumes = [] }] of told) {
    expect(volumes).toEqual([`app-packages:${environment?.['ELVES_APP_PACKAGES_DIR']}`])
  }
})

test('the override leaves nothing of EventStoreDB', () => {
  const changes = new Map(services('docker-compose.postgres.yml'))
  expect(changes.get('eventstoredb')).toBe(taken)
  const waiting = cluster.filter(([, service]) => service.depends_on?.['eventstoredb']).map(([name]) => name)
  const told = cluster.filter(([, service]) => service.environment?.['ELVES_EVENTSTOREDB_URL']).map(([name]) => name)
  expect(waiting.length).toBeGreaterThan(0)
  for (const name of waiting) expect(changes.get(name)?.depends_on?.['eventstoredb']).toBe(taken)
  for (const name of told) expect(changes.get(name)?.environment?.['ELVES_EVENTSTOREDB_URL']).toBe(taken)
})
