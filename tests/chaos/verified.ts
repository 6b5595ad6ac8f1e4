import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { cleanEnv } from '../support/platform.ts'

/** Runs `npm run verify` on the data folder: compares every row of the read models with a replay of the log. Returns what it found. */
export async function verifyProblems(dataDir: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'standalone', 'verify.ts')], {
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
  return code === 0 ? [] : [`verify ended with ${code}:\n${output}`]
}
