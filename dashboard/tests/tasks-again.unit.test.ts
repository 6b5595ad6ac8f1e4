import { expect, test } from 'vitest'
import { type EndedTask, tasksAgain } from '../src/pages/queue/tasks-again.ts'

function task(id: string, state: EndedTask['state'], ...parents: string[]): EndedTask {
  const what = { agentId: 'a', app: 'app', func: 'f', param: { of: id }, proxy: null, processor: false, timeoutMs: 1, startWithinMs: 2, retry: null }
  return { id, state, parents: parents.map((parent) => ({ id: parent })), ...what }
}

test('what did not succeed comes again, after what it waits for, with its parameter, and waits for nothing that has succeeded', () => {
  const tasks = [
    task('release', 'SKIPPED', 'test', 'lint'),
    task('lint', 'SUCCEEDED', 'build'),
    task('test', 'FAILED', 'build'),
    task('build', 'SUCCEEDED'),
    task('notes', 'SKIPPED', 'release'),
  ]
  expect(tasksAgain(tasks).map(({ key, dependsOn, param }) => [key, dependsOn, param])).toEqual([
    ['test', undefined, { of: 'test' }],
    ['release', ['test'], { of: 'release' }],
    ['notes', ['release'], { of: 'notes' }],
  ])
})

test('a long chain is put in order', () => {
  const chain = Array.from({ length: 10_000 }, (_, index) => task(`t${index}`, 'SKIPPED', ...(index === 0 ? [] : [`t${index - 1}`]))).reverse()
  const again = tasksAgain(chain)
  expect([again.length, again[0]?.key, again.at(-1)?.key]).toEqual([10_000, 't0', 't9999'])
})
