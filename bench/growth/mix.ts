import { createHash } from 'node:crypto'
import { seeded } from '@elves/tests/support/sample-parts.ts'

/** What the tasks of a generated history are like: a few agents and apps have most of them, others hardly any. */
export interface Mix {
  /** Between 0 and 1; the same in every run. */
  random(): number
  /** Index of an agent; the first ones have most tasks. */
  agent(): number
  app(): string
  /** Id of who asked. */
  person(): string
  /** Index of a schedule. */
  schedule(): number
}

const apps = 20
const people = 12
/** Schedules that the tasks of schedules are of. */
export const generatedSchedules = 200

export function mixOf(agents: number): Mix {
  const random = seeded(agents)
  /** Half are spread evenly; of the other half, most are near 0. */
  const skewed = (count: number) => Math.floor(count * (random() < 0.5 ? random() : random() ** 6))
  return {
    random,
    agent: () => skewed(agents),
    app: () => `app-${Math.floor(apps * random() ** 4)}`,
    person: () => (random() < 0.8 ? 'local' : `person-${Math.floor(people * random() ** 2)}`),
    schedule: () => skewed(generatedSchedules),
  }
}

/** Returns the id of the generated agent of this index. */
export function generatedAgent(index: number): string {
  return digest(`growth/${index}`).slice(0, 32)
}

export function generatedIp(index: number): string {
  return `10.9.${index >> 8}.${index & 255}`
}

/** Returns the id of the generated schedule of this index. */
export function generatedScheduleId(index: number): string {
  return digest(`growth-schedule/${index}`).slice(0, 16).toUpperCase()
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Labels that people select by, as a fleet has them: `share` has each of its values at one agent of a hundred. */
export function fleetLabels(index: number): Readonly<Record<string, string>> {
  const env = ['prod', 'prod', 'prod', 'test', 'dev'][index % 5] ?? ''
  return { env, region: `r${index % 10}`, rack: `rack-${index % 1_000}`, share: String(index % 100) }
}
