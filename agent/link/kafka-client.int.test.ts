import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('an agent on a gateway does without the Kafka client, and its memory', async () => {
  const script = `
    import Module from 'node:module'
    await import(${JSON.stringify(join(import.meta.dirname, '..', 'run-agent.ts'))})
    const before = Object.keys(Module._cache).some((file) => file.includes('kafkajs'))
    await import(${JSON.stringify(join(import.meta.dirname, 'kafka-dial.ts'))})
    const after = Object.keys(Module._cache).some((file) => file.includes('kafkajs'))
    process.stdout.write(JSON.stringify({ before, after }))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
  expect(JSON.parse(stdout)).toEqual({ before: false, after: true })
})
