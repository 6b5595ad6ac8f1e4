import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from '../journal/journal-disk.ts'

/** A program of the agent that the center sent. Null in its place: the one that was installed on the host. */
export interface AgentProgram {
  readonly version: string
  /** SHA-256 of its package. */
  readonly sha256: string
}

/** Which program runs on this host. */
export interface ProgramState {
  /** The one that counts. */
  readonly current: AgentProgram | null
  /** One that takes its place if it reaches the center. */
  readonly trial: { readonly to: AgentProgram | null; readonly starts: number } | null
  /** One that did not, with the reason; until another one is wanted. */
  readonly failed: { readonly program: AgentProgram | null; readonly why: string } | null
}

const nothing: ProgramState = { current: null, trial: null, failed: null }

export function isSameProgram(one: AgentProgram | null, other: AgentProgram | null): boolean {
  return one?.version === other?.version && one?.sha256 === other?.sha256
}

/** Returns the file that says which program runs, in a data folder of an agent. It is replaced whole, so it always says one thing. */
export function programFile(dataDir: string): string {
  return join(dataDir, 'app-store', 'program.json')
}

/** A file that is not there, or has something else in it, says that the installed program runs. */
export function readProgramState(dataDir: string): ProgramState {
  try {
    return checked(JSON.parse(readFileSync(programFile(dataDir), 'utf8')) as ProgramState)
  } catch {
    return nothing
  }
}

export async function writeProgramState(dataDir: string, state: ProgramState): Promise<void> {
  await replaceFile(programFile(dataDir), [Buffer.from(`${JSON.stringify(state)}\n`)])
}

function checked({ current, trial, failed }: ProgramState): ProgramState {
  const isProgram = (program: AgentProgram | null) =>
    program === null || (typeof program.version === 'string' && /^[0-9a-f]{64}$/.test(program.sha256))
  const programs = [current, ...(trial ? [trial.to] : []), ...(failed ? [failed.program] : [])]
  if (!programs.every(isProgram) || (trial && !Number.isSafeInteger(trial.starts))) return nothing
  return { current, trial, failed }
}

/** A program that crashes is started so often before it is given up. */
const mostStarts = 3

export interface NextStart {
  readonly run: AgentProgram | null
  /** It has not reached the center yet. */
  readonly isTrial: boolean
  /** What is so from this start on. */
  readonly state: ProgramState
}

/** Decides which program a start runs. A trial that was started often enough is over. */
export function nextStart(state: ProgramState): NextStart {
  const { current, trial } = state
  if (trial === null) return { run: current, isTrial: false, state }
  if (trial.starts >= mostStarts) {
    const after = givenUp(state, `it ended ${mostStarts} times before it reached the center`)
    return { run: current, isTrial: false, state: after }
  }
  return { run: trial.to, isTrial: true, state: { ...state, trial: { ...trial, starts: trial.starts + 1 } } }
}

/** The trial is over, and what counted before counts. */
export function givenUp({ current, trial, failed }: ProgramState, why: string): ProgramState {
  return { current, trial: null, failed: trial === null ? failed : { program: trial.to, why } }
}
