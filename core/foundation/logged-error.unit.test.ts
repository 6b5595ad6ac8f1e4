import { expect, test } from 'vitest'
import { ElvesError } from './errors.ts'
import { loggerOn } from './log.ts'
import { LogOutlet } from './log-outlet.ts'

function logged(thrown: unknown): Record<string, unknown> {
  const lines: string[] = []
  const logger = loggerOn(new LogOutlet(2), 'test', 'info', { write: (line: string) => void lines.push(line) })
  logger.error({ err: thrown }, 'a message')
  return (JSON.parse(lines[0] ?? '') as { err: Record<string, unknown> }).err
}

test('of an error of a library only its type, code, message, stack and cause are logged', () => {
  const inner = Object.assign(new TypeError('inner'), { secretKey: 7 })
  const thrown = Object.assign(new Error('terminated', { cause: inner }), { code: '57P01', client: { secretKey: 7 }, query: 'SELECT 1' })
  const { stack, ...rest } = logged(thrown)
  expect(stack).toContain('Error: terminated')
  expect(rest).toEqual({
    type: 'Error',
    code: '57P01',
    message: 'terminated',
    cause: { type: 'TypeError', message: 'inner', stack: expect.stringContaining('TypeError: inner') },
  })
})

test('of an error of ours the facts are logged too', () => {
  expect(logged(new ElvesError('DISK_FULL', 'no room', { facts: { path: '/x' } }))).toMatchObject({
    type: 'ElvesError',
    code: 'DISK_FULL',
    facts: { path: '/x' },
  })
})

test('of several errors in one each is logged', () => {
  const refused = (port: number) => Object.assign(new Error(`connect ${port}`), { code: 'ECONNREFUSED', port })
  const { errors } = logged(new AggregateError([refused(1), refused(2)], ''))
  expect(errors).toMatchObject([{ code: 'ECONNREFUSED', message: 'connect 1' }, { message: 'connect 2' }])
  expect(JSON.stringify(errors)).not.toContain('"port"')
})

test('an error that is its own cause is logged', () => {
  const thrown = new Error('a circle')
  thrown.cause = thrown
  expect(logged(thrown)).toMatchObject({ message: 'a circle', cause: { message: 'a circle' } })
})

test('what is thrown and is no error is logged', () => {
  expect([logged('a text'), logged(null), logged({ secretKey: 7 })]).toEqual(['a text', null, '[object Object]'])
})
