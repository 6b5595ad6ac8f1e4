import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { programFiles } from '@elves/core/app-package/agent-program.ts'
import { folderHolder } from '@elves/core/foundation/folder-lock.ts'
import { ownProgram } from '../app-store/own-program.ts'
import { handOver, withoutSettings } from '../hand-over.ts'
import { type AgentProgram, givenUp, nextStart, programFile, readProgramState, writeProgramState } from './program-state.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Returns where a program is that the center sent: where all its apps are. */
export function programFolder(dataDir: string, { version, sha256 }: AgentProgram): string {
  return join(dataDir, 'app-store', 'versions', ownProgram, `${version}~${sha256}`)
}

/** What a process of the agent knows of the program that it is. */
export interface RunningProgram {
  /** Null: the installed one. */
  readonly program: AgentProgram | null
  readonly isTrial: boolean
  /** The folder of the installed program, whose command starts whichever counts. */
  readonly baseDir: string
}

/** Options by which the installed program tells another one what it is. They are for itself only. */
const programOptions = { base: '--base', trial: '--trial' } as const
/** The command of the process that ends a trial in time, whatever the new program does. */
export const watchCommand = 'watch-trial'
/** Beyond the time in which the program itself gives up. */
const watchLaterMs = 20_000

export interface ProgramStart {
  readonly dataDir: string
  readonly reachMs: number
  /** Environment with all settings: the next image finds those of Elves by `takenOver`. */
  readonly env: Env
}

/**
 * Run by the installed program, before anything else of an agent: where the center sent another one that counts, or is tried, this process
 * becomes that one, same pid, and does not return. Returns what this process is.
 */
export async function startProgram({ dataDir, reachMs, env }: ProgramStart): Promise<RunningProgram> {
  const own = ownOf(process.argv)
  if (own) return own
  const baseDir = dirname(dirname(process.argv[1] ?? ''))
  const isInstalled = { program: null, isTrial: false, baseDir }
  // Another process is the agent of this folder: its trials are not this one's.
  if (!isTrusted(dataDir) || (await isHeld(dataDir))) return isInstalled
  const before = readProgramState(dataDir)
  const next = nextStart(before)
  if (next.state !== before) await writeProgramState(dataDir, next.state)
  if (next.run !== null && !isWhole(programFolder(dataDir, next.run))) {
    if (next.isTrial) await writeProgramState(dataDir, givenUp(next.state, 'its files are not there'))
    process.stderr.write(`elves-agent: the files of ${next.run.version} are not there; the installed program runs\n`)
    return isInstalled
  }
  if (next.isTrial) watchTrial(dataDir, reachMs + watchLaterMs)
  if (next.run === null) return { ...isInstalled, isTrial: next.isTrial }
  become(programFolder(dataDir, next.run), { dataDir, env, baseDir, run: next.run, isTrial: next.isTrial })
  return isInstalled
}

/** Files that another user can write are not run. */
function isTrusted(dataDir: string): boolean {
  const found = statSync(programFile(dataDir), { throwIfNoEntry: false })
  return found !== undefined && found.uid === process.getuid?.()
}

async function isHeld(dataDir: string): Promise<boolean> {
  const holder = await folderHolder(dataDir)
  holder?.unwatch()
  return holder !== null
}

function isWhole(folder: string): boolean {
  return Object.values(programFiles).every((file) => existsSync(join(folder, file)))
}

function become(
  folder: string,
  { dataDir, env, baseDir, run, isTrial }: { dataDir: string; env: Env; baseDir: string; run: AgentProgram; isTrial: boolean },
): void {
  const node = join(folder, programFiles.node)
  const told = [programOptions.base, baseDir, ...(isTrial ? [programOptions.trial] : [])]
  const args = [node, ...process.execArgv, join(folder, programFiles.agent), ...process.argv.slice(2), ...told]
  process.stderr.write(`elves-agent: starts as ${run.version}\n`)
  if (handOver(join(dataDir, 'app-store'), env)) process.execve?.(node, args, withoutSettings({ ...process.env, ...env }))
}

/** Returns what the installed program told this one; null: it is the installed one. */
function ownOf(argv: readonly string[]): RunningProgram | null {
  const at = argv.indexOf(programOptions.base)
  const baseDir = argv[at + 1]
  if (at < 0 || baseDir === undefined) return null
  const [, version, sha256] = /\/([^/]+)~([0-9a-f]{64})\/lib\/[^/]+$/.exec(argv[1] ?? '') ?? []
  if (version === undefined || sha256 === undefined) return null
  return { program: { version, sha256 }, isTrial: argv.includes(programOptions.trial), baseDir }
}

/** Starts the watch as nobody's child: an agent that becomes another image would not know of it when it ends. */
function watchTrial(dataDir: string, limitMs: number): void {
  const watch = [process.execPath, process.argv[1] ?? '', watchCommand, dataDir, String(process.pid), startTimeOf(process.pid), String(limitMs)]
  spawnSync('/bin/sh', ['-c', '"$0" "$@" </dev/null >/dev/null 2>&1 &', ...watch], { stdio: 'ignore', env: withoutSettings(process.env) })
}

/** Returns when a process was started, in ticks since the start of the host; '' if there is none. A pid comes again, not with the same time. */
export function startTimeOf(pid: number): string {
  try {
    return (
      readFileSync(`/proc/${pid}/stat`, 'latin1')
        .replace(/^.*\) /, '')
        .split(' ')[19] ?? ''
    )
  } catch {
    return ''
  }
}

/** Returns the arguments without those by which programs tell each other what they are. */
export function ofUser(args: readonly string[]): string[] {
  const { base, trial } = programOptions
  return args.filter((arg, index) => arg !== base && args[index - 1] !== base && arg !== trial)
}

/** Becomes the installed program, which starts whichever counts. Where that can't be done, the process ends: who started it starts it again. */
export function startAnew({ baseDir }: RunningProgram, dataDir: string, env: Env): never {
  const command = join(baseDir, 'bin', 'elves-agent')
  const args = ofUser(process.argv.slice(2))
  if (existsSync(command) && handOver(join(dataDir, 'app-store'), env)) {
    process.execve?.(command, [command, ...args], withoutSettings({ ...process.env, ...env }))
  }
  process.exit(0)
}
