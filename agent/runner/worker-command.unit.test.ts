import { describe, expect, test } from 'vitest'
import { parseEntry } from './worker-command.ts'
import { workerEnv } from './worker-env.ts'

describe('a proxy', () => {
  test('is a file, or an interpreter and a file', () => {
    expect(parseEntry('myproxy.exe')).toEqual({ interpreter: null, file: 'myproxy.exe' })
    expect(parseEntry('python|myproxy.py')).toEqual({ interpreter: 'python', file: 'myproxy.py' })
    expect(parseEntry('python2.7|bin/my proxy.py')).toEqual({ interpreter: 'python2.7', file: 'bin/my proxy.py' })
  })

  test.each([
    ['../x.py', '..'],
    ['python|a/../../x.py', '..'],
    ['python|a\\..\\x.py', '..'],
    ['/bin/sh', 'absolute'],
    ['python|/etc/x.py', 'absolute'],
    ['C:\\x.exe', 'absolute'],
    ['\\\\host\\x.exe', 'absolute'],
    ['python|a|b', 'more than one'],
    ['python|', 'no file'],
    ['', 'no file'],
    ['x\0.py', 'no file'],
    ['/usr/bin/python|x.py', 'not the name of a script interpreter'],
    ['rm|app-worker.py', 'not the name of a script interpreter'],
    ['|x.py', 'not the name of a script interpreter'],
  ])('%j is refused: %s', (proxy, reason) => {
    expect(parseEntry(proxy)).toContain(reason)
  })
})

test('a worker inherits the environment without settings of ours', () => {
  const env = workerEnv({ PATH: '/p', LANG: 'C', ELVES_JOIN_TOKEN: 'secret', npm_config_x: 'y', NODE_OPTIONS: '--z', INIT_CWD: '/', GONE: undefined })
  expect(env).toEqual({ PATH: '/p', LANG: 'C' })
  expect(workerEnv({})['PATH']).toContain('/usr/bin')
})
