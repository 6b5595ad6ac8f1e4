import { agentCronTaskId } from '@elves/core/foundation/ids.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import { cronRunStartMs } from '@elves/schemas/link/protocol.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CronRun } from '../journal/journal.ts'
import { applyRecord, isLived, type JournalState, journalState, recordsOfState } from '../journal/journal-state.ts'
import type { JournalRecord } from '../journal/record.ts'
import { agentCrons, type RunningCrons } from './agent-crons.ts'
import type { CronEntry } from './cron-file.ts'

const agentId = 'a'.repeat(32)
const noon = Date.UTC(2026, 10, 26, 12)
/** A clock that goes back by at most so much is waited for. */
const smallStepMs = 5_000
const [second, minute, day] = [1_000, 60_000, 86_400_000]
/** How often each cron fires. The maths of real rules is tested with them; here it would take most of the time. */
const everyMs = { second, seventh: 7 * second, minute, fifth: 5 * minute } as const
type CronId = keyof typeof everyMs
const cronIds = Object.keys(everyMs) as CronId[]

function entry(id: CronId): CronEntry {
  const told = { id, comment: '', app: 'app', func: 'f', processor: false, rule: '', isEnabled: true, error: null }
  const rule = { next: (after: number) => (Math.floor(after / everyMs[id]) + 1) * everyMs[id] }
  return { told, call: { rule, app: 'app', func: 'f', param: null, proxy: null, processor: false, timeoutMs: 0 } }
}

interface Span {
  readonly after: number
  readonly to: number
}

function instantsOf(id: CronId, { after, to }: Span): number[] {
  const most = Math.max(Math.ceil((to - after) / second), 0)
  return Array.from({ length: most + 1 }, (_, index) => (Math.floor(after / second) + index) * second).filter(
    (at) => at > after && at <= to && at % everyMs[id] === 0,
  )
}

type Fired = Extract<JournalRecord, { type: 'fired' }>

/** An agent's host: its clock, its cron.json and its journal, over restarts of the agent. It checks whatever fires. */
class Host {
  wall = noon
  /** What ran, in its order, for each time in which the clock went on only. A run starts when it is in the journal. */
  readonly ran: Fired[][] = []
  /** The time that was lived through: what was due in it had its turn, and comes again for no cron that had it. */
  readonly #lived: Span[] = []
  #file: readonly CronId[] = cronIds
  #durable: JournalRecord[] = []
  #journal: JournalState = journalState()
  #unwritten: Fired[] = []
  #crons: RunningCrons = this.#start()
  #seen = this.wall

  #start(): RunningCrons {
    this.ran.push([])
    this.#lived.push({ after: this.wall - 1, to: this.wall })
    const journal = { journalId: 'j', hasLived: (instant: number) => isLived(this.#journal, instant) }
    const fire = (task: RunTask, { since, ...cron }: CronRun) => {
      const record = { type: 'fired', at: this.wall, cron, since, task } as const
      applyRecord(this.#journal, record)
      this.#unwritten.push(record)
    }
    const crons = agentCrons({ agentId, journal, fire, logger: silentLogger, wallMs: () => this.wall })
    crons.take(this.#file.map(entry))
    return crons
  }

  step(byMs: number): void {
    this.#stepped(byMs, this.#file)
    this.#write()
  }

  reload(byMs: number, file: readonly CronId[]): void {
    this.#stepped(byMs, file)
    this.#write()
  }

  /** Kills the agent when its last records are not durable, and starts it some time later. */
  kill(byMs: number, offMs: number): void {
    this.#stepped(byMs, this.#file)
    this.#unwritten = []
    this.restart(offMs)
  }

  restart(offMs: number): void {
    this.stop()
    this.wall += offMs
    this.#seen = this.wall
    this.#journal = journalState()
    for (const record of this.#durable) applyRecord(this.#journal, record)
    this.#crons = this.#start()
  }

  rewriteJournal(): void {
    this.#durable = recordsOfState(this.#journal)
  }

  stop(): void {
    void this.#crons.stop()
  }

  #hasLived(instant: number): boolean {
    return this.#lived.some(({ after, to }) => after < instant && instant <= to)
  }

  #write(): void {
    this.#durable.push(...this.#unwritten)
    this.ran.at(-1)?.push(...this.#unwritten)
    this.#unwritten = []
  }

  /** Sets the clock and checks what fires: only what is due now, and all of it whose time did not come before. */
  #stepped(byMs: number, file: readonly CronId[]): void {
    this.wall += byMs
    const before = this.#file
    this.#file = file
    if (file === before) this.#crons.look()
    else this.#crons.take(file.map(entry))
    const fired = new Set(this.#unwritten.map(({ cron }) => `${cron.id}/${cron.fireAt}`))
    if (this.wall < this.#seen - smallStepMs) {
      this.#seen = this.wall
      this.#lived.push({ after: this.wall - 1, to: this.wall })
      this.ran.push([])
    }
    const span = { after: Math.max(this.#seen, this.wall - cronRunStartMs - 1), to: this.wall }
    const due = before.flatMap((id) => instantsOf(id, span).map((at) => ({ run: `${id}/${at}`, isFirst: !this.#hasLived(at) })))
    const runs = new Set(due.map(({ run }) => run))
    expect([...fired].filter((run) => !runs.has(run))).toEqual([])
    expect(due.filter(({ run, isFirst }) => isFirst && !fired.has(run))).toEqual([])
    if (span.to <= span.after) return
    this.#seen = this.wall
    this.#lived.push(span)
  }
}

const instants = (ran: readonly Fired[]) => ran.map(({ cron }) => cron.fireAt)

const ms = (least: number, most: number) => fc.integer({ min: least, max: most })
const walk = fc.oneof({ weight: 3, arbitrary: ms(0, 3 * second) }, { weight: 1, arbitrary: ms(0, minute) }, fc.constant(second))
const jump = fc.oneof(ms(-2 * 60 * minute, 2 * 60 * minute), ms(-smallStepMs, 0), fc.constantFrom(-minute, minute, minute + 1, -day, day, 400 * day))
const step: fc.Arbitrary<(host: Host) => void> = fc.oneof(
  { weight: 6, arbitrary: walk.map((by) => (host: Host) => host.step(by)) },
  { weight: 2, arbitrary: jump.map((by) => (host: Host) => host.step(by)) },
  // A wrong clock for a while, then the right one.
  fc.tuple(jump, walk).map(([by, after]) => (host: Host) => {
    host.step(by)
    host.step(after)
    host.step(-by)
  }),
  fc.tuple(walk, fc.subarray(cronIds)).map(
    ([by, file]) =>
      (host: Host) =>
        host.reload(by, file),
  ),
  fc.oneof(walk, jump).map((off) => (host: Host) => host.restart(off)),
  fc.tuple(walk, fc.oneof(walk, jump)).map(
    ([by, off]) =>
      (host: Host) =>
        host.kill(by, off),
  ),
  fc.constant((host: Host) => host.rewriteJournal()),
)

test('over steps of the clock, reloads, kills and restarts no instant runs twice, and each whose time comes runs in order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const host = new Host()
      try {
        for (const one of steps) one(host)
      } finally {
        host.stop()
      }
      const ran = host.ran.flat()
      expect(ran.map(({ task }) => task.taskId)).toEqual(ran.map(({ cron }) => agentCronTaskId(agentId, cron.id, cron.fireAt)))
      expect(new Set(ran.map(({ task }) => task.taskId)).size).toBe(ran.length)
      for (const one of host.ran) expect(instants(one)).toEqual(instants(one).toSorted((a, b) => a - b))
      for (const { task, cron } of ran) expect(task.notAfter).toBe(cron.fireAt + cronRunStartMs)
    }),
  )
})

function hostAfter(...steps: readonly ((host: Host) => void)[]): Fired[] {
  const host = new Host()
  host.reload(0, ['minute'])
  for (const one of steps) one(host)
  host.stop()
  return host.ran.flat()
}

test('a host that slept makes up nothing that is more than 60 s late', () => {
  const ran = hostAfter((host) => host.step(10 * minute + second))
  expect(instants(ran)).toEqual([noon + 10 * minute])
})

test('a clock that was years ahead for a while silences no cron', () => {
  const ran = hostAfter(
    (host) => host.step(minute),
    (host) => host.step(400 * day),
    (host) => host.step(minute),
    (host) => host.step(-400 * day),
    (host) => host.step(minute),
  )
  expect(instants(ran)).toContain(noon + 3 * minute)
})

test('a clock that was set back fires again only what is new', () => {
  const ran = hostAfter(
    (host) => host.step(minute),
    (host) => host.step(minute),
    (host) => host.step(-5 * minute),
    ...Array.from({ length: 6 }, () => (host: Host) => host.step(minute)),
  )
  expect(instants(ran)).toEqual([1, 2, -2, -1, 0, 3].filter((at) => at !== 0).map((at) => noon + at * minute))
})

test('a clock that was set back twice fires nothing twice', () => {
  const twoMinutes = [(host: Host) => host.step(minute), (host: Host) => host.step(minute)]
  const back = (host: Host) => host.step(-5 * minute)
  const ran = hostAfter(
    back,
    ...twoMinutes,
    (host) => host.step(-2 * minute),
    ...twoMinutes,
    (host) => host.step(minute),
  )
  expect(instants(ran)).toEqual([-4, -3, -2].map((at) => noon + at * minute))
})

test('a restart takes the mark of the journal: a clock that is behind does not fire again what ran', () => {
  const ran = hostAfter(
    (host) => host.step(minute),
    (host) => host.rewriteJournal(),
    (host) => host.restart(-second),
    (host) => host.step(second),
    (host) => host.step(minute),
  )
  expect(instants(ran)).toEqual([noon + minute, noon + 2 * minute])
})
