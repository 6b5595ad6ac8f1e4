import { processComponents } from '@elves/core/foundation/components.ts'
import type { LogLevel } from '@elves/core/foundation/log.ts'
import { InvalidArgumentError } from 'commander'
import { closest } from 'fastest-levenshtein'
import { type ScaledService, scaledServices } from '../ready-file.ts'

export const links = ['gateway', 'kafka'] as const
/** How an agent is linked to the center. */
export type LinkKind = (typeof links)[number]

export type Scale = Readonly<Record<ScaledService, number>>

/** How many instances and agents a cluster has. */
export interface ClusterSize {
  /** Instances of each service. */
  readonly scale: Scale
  /** The link of each agent; the first is 127.0.0.1, the next 127.0.0.2, and so on. */
  readonly agents: readonly LinkKind[]
}

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const satisfies readonly LogLevel[]
const logged = [...scaledServices, 'agents', 'cluster'] as const
/** Log levels of some kinds of processes; the others use ELVES_LOG_LEVEL. */
export type LogLevels = Readonly<Partial<Record<(typeof logged)[number], LogLevel>>>

/** What some instances run of the components that are on, by their names; the others run all. */
export type InstanceComponents = Readonly<Record<string, string>>

/** Reads `command-service-2=queue,cron`; adds it to `before`. Throws InvalidArgumentError. */
export function instanceComponentsOf(text: string, before: InstanceComponents = {}): InstanceComponents {
  const [, instance = '', names = ''] = /^((?:command|query)-service-\d{1,2})=(.+)$/.exec(text.trim()) ?? []
  if (instance === '') throw new InvalidArgumentError('Expected command-service-<number>=<names> or query-service-<number>=<names>.')
  if (processComponents.read(names) === undefined) throw new InvalidArgumentError(`${names}: expected ${processComponents.expects}.`)
  return { ...before, [instance]: names }
}

export const oneOfEach: Scale = { 'command-service': 1, gateway: 1, 'projection-service': 1, 'query-service': 1 }
const mostInstances = 32
const mostAgents = 200

/** Reads `command-service=2,gateway=2`; what it does not name stays as in `before`. Throws InvalidArgumentError. */
export function scaleOf(text: string, before: Scale = oneOfEach): Scale {
  const said = pairs(text, scaledServices, 'a service').map(([name, value]) => [name, whole(name, value, 1, mostInstances)] as const)
  return { ...before, ...Object.fromEntries(said) }
}

/** Reads `kafka=2,gateway=2` into the agents' links, in the order of the text. Throws InvalidArgumentError. */
export function agentLinksOf(text: string): readonly LinkKind[] {
  const agents = pairs(text, links, 'a link of agents').flatMap(([link, value]) => new Array<LinkKind>(whole(link, value, 0, mostAgents)).fill(link))
  if (agents.length >= 1 && agents.length <= mostAgents) return agents
  throw new InvalidArgumentError(`There must be 1 to ${mostAgents} agents in all.`)
}

/** Reads `gateway=debug,agents=warn`; what it does not name stays as in `before`. Throws InvalidArgumentError. */
export function logLevelsOf(text: string, before: LogLevels = {}): LogLevels {
  const said = pairs(text, logged, 'a kind of process').map(([name, value]) => [name, known(value, levels, 'a log level')] as const)
  return { ...before, ...Object.fromEntries(said) }
}

function pairs<Name extends string>(text: string, names: readonly Name[], what: string): (readonly [Name, string])[] {
  return text.split(',').map((pair) => {
    const [name = '', value = '', ...rest] = pair.trim().split('=')
    if (value === '' || rest.length > 0) throw new InvalidArgumentError(`Expected <name>=<value>, comma-separated.`)
    return [known(name, names, what), value] as const
  })
}

function known<Name extends string>(given: string, names: readonly Name[], what: string): Name {
  const found = names.find((name) => name === given)
  if (found !== undefined) return found
  throw new InvalidArgumentError(`${given} is not ${what}; did you mean ${closest(given, [...names])}? There are ${names.join(', ')}.`)
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new InvalidArgumentError(`${name}=${text}: expected a whole number from ${least} to ${most}.`)
}
