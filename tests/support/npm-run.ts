import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { cleanEnv } from './platform.ts'

export interface NpmRun {
  readonly code: number | null
  /** Standard output and standard error, as they came. */
  readonly output: string
}

/** Runs `npm run <script> -- <args>` on a data folder, as a person would. */
export async function npmRun(script: string, dataDir: string, args: readonly string[] = []): Promise<NpmRun> {
  const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
    cwd: join(import.meta.dirname, '..', '..'),
    env: { ...cleanEnv(), ELVES_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  return { code, output }
}

/** What `npm run verify` says where every row is what the log says. */
export const verifiedOutput = 'The read models are what the log says.'
