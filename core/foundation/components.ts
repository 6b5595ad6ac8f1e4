import { ElvesError } from './errors.ts'
import type { SettingType } from './setting-type.ts'

interface Described {
  readonly meaning: string
  /** What has to be on with it. */
  readonly needs: readonly string[]
  /** The service that runs it. */
  readonly service: 'command-service' | 'query-service'
}

/** The parts of the platform that can be switched off, or run in processes of their own. docs/guides/components.md has the table. */
export const components = {
  cron: { meaning: 'Schedules: makes their tasks at their instants.', needs: ['scheduler'], service: 'command-service' },
  queue: { meaning: 'Queues: lets their tasks go, and ends them.', needs: ['scheduler'], service: 'command-service' },
  scheduler: {
    meaning: 'Dispatch: tasks that wait for their agent or their next attempt, resends, deadlines.',
    needs: [],
    service: 'command-service',
  },
  heartbeat: { meaning: 'Calls agents lost that are silent for too long.', needs: [], service: 'command-service' },
  webhooks: { meaning: 'Webhooks: delivers their events.', needs: [], service: 'command-service' },
  watcher: {
    meaning: 'Audit: keeps the tree over the log, and signs its heads. Watches the platform, and tells incidents.',
    needs: [],
    service: 'command-service',
  },
  rest: { meaning: 'REST v2.', needs: [], service: 'query-service' },
  graphql: { meaning: 'GraphQL, its subscriptions, the dashboard and GraphiQL.', needs: [], service: 'query-service' },
} as const satisfies Readonly<Record<string, Described>>

export type Component = keyof typeof components
export const componentNames = Object.keys(components) as readonly Component[]

/** What is on in this platform, and what of it this process runs. */
export interface ComponentSwitches {
  isOn(component: Component): boolean
  runsHere(component: Component): boolean
}

export const allComponents: ComponentSwitches = { isOn: () => true, runsHere: () => true }

const listed = componentNames.map((name) => `${name}${components[name].needs.map((needed) => ` (with ${needed})`).join('')}`).join(', ')

/** Components that are on in a platform: each with what it needs. */
export const platformComponents: SettingType<readonly Component[]> = {
  expects: `names, comma-separated, of ${listed}`,
  read(text) {
    const named = namesIn(text)
    return named?.every((name) => components[name].needs.every((needed) => (named as readonly string[]).includes(needed))) ? named : undefined
  },
}

/** Components that one process runs: what they need may run elsewhere. */
export const processComponents: SettingType<readonly Component[]> = {
  expects: `none, or names, comma-separated, of ${componentNames.join(', ')}`,
  read: (text) => (text.trim().toLowerCase() === 'none' ? [] : namesIn(text)),
}

function namesIn(text: string): readonly Component[] | undefined {
  const given = text.split(',').map((name) => name.trim().toLowerCase())
  const known = componentNames.filter((name) => given.includes(name))
  return known.length === new Set(given).size ? known : undefined
}

export interface ComponentSettings {
  readonly ELVES_COMPONENTS: readonly Component[]
  readonly ELVES_PROCESS_COMPONENTS: readonly Component[]
}

export function componentSwitches({ ELVES_COMPONENTS: on, ELVES_PROCESS_COMPONENTS: here }: ComponentSettings): ComponentSwitches {
  return { isOn: (component) => on.includes(component), runsHere: (component) => on.includes(component) && here.includes(component) }
}

/** Returns the components that a process of this service runs. */
export function componentsHere(service: Described['service'], settings: ComponentSettings): readonly Component[] {
  const { runsHere } = componentSwitches(settings)
  return componentNames.filter((name) => components[name].service === service && runsHere(name))
}

/** Throws CONFIG_INVALID where a process is told to run something that is off in its platform: nobody would run it. */
export function checkComponents({ ELVES_COMPONENTS: on, ELVES_PROCESS_COMPONENTS: here }: ComponentSettings): void {
  const off = here.filter((component) => !on.includes(component))
  if (off.length === 0 || here.length === componentNames.length) return
  throw new ElvesError('CONFIG_INVALID', `ELVES_PROCESS_COMPONENTS has ${off.join(', ')}, but ELVES_COMPONENTS, what is on in this platform, has not`)
}
