import { setTimeout as delay } from 'node:timers/promises'
import type { CountedCenter } from './counted-center.ts'
import type { Calls } from './counted-process.ts'

/** A file that a walk passes through, with the functions of it that ran. */
export interface WalkedFile {
  readonly file: string
  readonly functions: readonly string[]
}

/** The two walks of one task that cross the services. */
export interface Walks {
  /** From the body of `runTask` to the statement that appends TaskRequested. */
  readonly request: readonly WalkedFile[]
  /** From the frame of a result at the gateway to the client's answer. */
  readonly report: readonly WalkedFile[]
}

const warmUps = 3
/** What timers do beside the task is not there each time. */
const rounds = 6
/** Within this time, what follows the log has taken the events of the round before. */
const restMs = 500

/** Runs a task again and again, and returns what ran for it each time. */
export async function walksOf(center: CountedCenter): Promise<Walks> {
  const all: { readonly request: Calls; readonly report: Calls }[] = []
  for (let round = 1; round <= warmUps + rounds; round++) {
    const walked = await walkOnce(center)
    if (round > warmUps) all.push(walked)
  }
  return { request: eachTime(all.map(({ request }) => request)), report: eachTime(all.map(({ report }) => report)) }
}

async function walkOnce(center: CountedCenter): Promise<{ request: Calls; report: Calls }> {
  const { acknowledged, started, ended } = center.reportsOf
  const statement = center.database.hold('TaskRequested')
  const dispatched = center.nextTask()
  await center.calls()
  const answered = center.runTask()
  const release = await statement
  const request = await center.calls()
  release()
  const taskId = await dispatched
  await center.report([acknowledged(taskId), started(taskId)])
  await delay(restMs)
  await center.calls()
  const receipted = center.report([ended(taskId)])
  const state = await answered
  const report = await center.calls()
  if (state !== 'SUCCEEDED') throw new Error(`the task is ${state}`)
  await receipted
  await delay(restMs)
  return { request, report }
}

function eachTime(all: readonly Calls[]): WalkedFile[] {
  const [first = new Map<string, ReadonlySet<string>>(), ...others] = all
  return [...first]
    .map(([file, functions]) => ({ file, functions: [...functions].filter((name) => others.every((calls) => calls.get(file)?.has(name))) }))
    .filter(({ file, functions }) => functions.length > 0 && !isTest(file))
}

function isTest(file: string): boolean {
  return file.startsWith('tests/') || file.includes('/tests/') || file.includes('.test.')
}
