import process from 'node:process'
import { pause } from '@elves/core/foundation/waiting.ts'
import { givenUp, readProgramState, writeProgramState } from './program-state.ts'
import { startTimeOf } from './start-program.ts'

const lookMs = 500
/** Between SIGTERM and SIGKILL: an agent ends its runs, and reports them. */
const graceMs = 30_000

export interface WatchTrial {
  readonly dataDir: string
  /** The agent's process, with its start time: another one may get its pid. */
  readonly pid: number
  readonly startTime: string
  readonly limitMs: number
}

/**
 * Ends a trial that the new program neither passes nor gives up in time: what counted before counts again, and the process is killed, so
 * that whoever keeps it running starts that. It runs in a process of its own, made by the installed program.
 */
export async function watchTrial({ dataDir, pid, startTime, limitMs }: WatchTrial): Promise<void> {
  const endsAt = performance.now() + limitMs
  const runs = () => startTimeOf(pid) === startTime
  // Whoever starts the agent again starts another watch.
  while (performance.now() < endsAt && runs() && readProgramState(dataDir).trial !== null) await pause(lookMs)
  const state = readProgramState(dataDir)
  if (state.trial === null || !runs()) return
  await writeProgramState(dataDir, givenUp(state, 'it did not reach the center in time, and did not say so'))
  process.kill(pid, 'SIGTERM')
  const killAt = performance.now() + graceMs
  while (performance.now() < killAt && runs()) await pause(lookMs)
  if (runs()) process.kill(pid, 'SIGKILL')
}
