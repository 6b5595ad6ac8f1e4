import { type ChildProcess, fork, type StdioOptions } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { dyingWithParent } from '@elves/standalone/dying-with-parent.ts'

/** Forks a program of ours with an IPC channel. The child ends when this process ends, in whatever way. */
export function forked(path: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  const [execPath = process.execPath, ...before] = [...dyingWithParent('KILL'), process.execPath]
  const endWithParent = pathToFileURL(join(import.meta.dirname, 'end-with-parent.ts')).href
  return fork(path, args, { execPath, execArgv: [...before, '--import', endWithParent], stdio })
}
