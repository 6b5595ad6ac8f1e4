import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** Takes all descriptors, then spawns a child, and looks at it only later. */
const script = `
import { closeSync, openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
const { spawned } = await import(process.argv[1])
const taken = []
try { for (;;) taken.push(openSync('/dev/null')) } catch {}
const child = spawned('/bin/true', [], { stdio: ['ignore', 'pipe', 'pipe'] })
await delay(1)
for (const fd of taken) closeSync(fd)
process.stdout.write(JSON.stringify({ pid: child.pid ?? null, stdout: child.stdout ?? null }))
`

test('a child that can not be spawned for want of descriptors ends nothing else', async () => {
  const args = ['-c', 'ulimit -n 60; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', script, join(import.meta.dirname, 'spawned.ts')]
  const { stdout } = await promisify(execFile)('/bin/sh', args)
  expect(JSON.parse(stdout)).toEqual({ pid: null, stdout: null })
})
