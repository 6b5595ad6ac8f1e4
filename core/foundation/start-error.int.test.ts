import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { ElvesError } from './errors.ts'
import { diskFull, listenError, startError } from './start-error.ts'

function listening(port: number, host: string): Promise<ReturnType<typeof createServer>> {
  const server = createServer()
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, host, () => resolve(server)))
}

test('a port in use and an address of another machine are told apart', async () => {
  const server = await listening(0, '127.0.0.1')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const inUse = startError(await listening(port, '127.0.0.1').catch((error: unknown) => error))
  expect(inUse).toMatchObject({ code: 'PORT_IN_USE', facts: { port } })
  await new Promise((closed) => server.close(closed))
  expect(startError(await listening(0, '192.0.2.1').catch((error: unknown) => error))).toMatchObject({ code: 'ADDRESS_NOT_HERE' })
  const unknown = (await listening(0, 'nowhere.invalid').catch((error: unknown) => error)) as NodeJS.ErrnoException
  expect(listenError(unknown)).toMatchObject({ code: 'ADDRESS_NOT_HERE' })
})

test('a port below 1024 without rights is not called in use', () => {
  const refused = Object.assign(new Error('listen EACCES'), { code: 'EACCES', syscall: 'listen', port: 80, address: '127.0.0.1' })
  expect(listenError(refused, 'ELVES_HTTP_PORT')).toMatchObject({
    code: 'PORT_FORBIDDEN',
    message: expect.stringMatching(/port 80.*ELVES_HTTP_PORT/),
  })
})

test.each([
  ['ENOSPC', 'DISK_FULL'],
  ['EDQUOT', 'DISK_FULL'],
  ['EMFILE', 'RESOURCES_SHORT'],
  ['EACCES', 'FILE_UNUSABLE'],
  ['EROFS', 'FILE_UNUSABLE'],
])('%s of a file is %s', (code, expected) => {
  const error = Object.assign(new Error(`${code}: open`), { code, syscall: 'open', path: '/tmp/elves/x' })
  expect(startError(error)).toMatchObject({ code: expected, cause: error })
})

test.each([
  ['mkdir', 'it is not there, and can not be made.'],
  ['open', 'it is not there.'],
])('what is not there is not said to be made where nothing makes it: %s', (syscall, expected) => {
  const error = Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall, path: '/nowhere/x' })
  expect(startError(error).message).toBe(`/nowhere/x can not be used: ${expected}`)
})

test.each([
  ['53100', 'DISK_FULL'],
  ['28P01', 'DATABASE_REFUSED'],
  ['3D000', 'DATABASE_REFUSED'],
  ['58P01', 'STORE_UNAVAILABLE'],
  ['22000', 'INTERNAL'],
])('SQLSTATE %s of a server is %s', (code, expected) => {
  expect(startError(Object.assign(new Error('it says'), { code, severity: 'FATAL' })).code).toBe(expected)
})

test('a full disk says where and how much is free, also for a path that is not there yet', () => {
  const { message, facts } = diskFull('/tmp/not/there/yet')
  expect(message).toMatch(/\/tmp\/not\/there\/yet.*MiB/)
  expect(facts['freeBytes']).toBeGreaterThanOrEqual(0)
  expect(message).not.toMatch(/move/i)
})

test('what has a code of ours keeps it, and a fault of ours stays one', () => {
  const ours = new ElvesError('JAVA_MISSING', 'no java')
  expect(startError(ours)).toBe(ours)
  expect(startError(new TypeError('x is not a function')).code).toBe('INTERNAL')
})
