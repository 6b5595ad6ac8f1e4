import { describe, expect, test } from 'vitest'
import { parseEntry } from './worker-entry.ts'
import { workerEnv } from './worker-env.ts'

describe('a proxy', () => {
  test('is a file, or an interpreter and a file', () => {
    expect(parseEntry('myproxy.exe')).toEqual({ interpreter: null, file: 'myproxy.exe' })
    expect(parseEntry('python|myproxy.py')).toEqual({ interpreter: 'python', file: 'myproxy.py' })
    expect(parseEntry('python2.7|bin/my proxy.py')).toEqual({ interpreter: 'python2.7', file: 'bin/my proxy.py' })
  })

  test('may name an interpreter of any version that the setting lists', () => {
    for (const name of ['python2', 'dotnet', 'java', 'pwsh', 'lua5.4', 'node', 'mono']) {
      expect(parseEntry(`${name}|file`)).toEqual({ interpreter: name, file: 'file' })
    }
    expect(parseEntry('Rscript|x.R', ['Rscript'])).toEqual({ interpreter: 'Rscript', file: 'x.R' })
    expect(parseEntry('python|x.py', ['Rscript'])).toContain('ELVES_AGENT_INTERPRETERS')
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

describe('the environment of a worker', () => {
  const ours = { ELVES_JOIN_TOKEN: 'secret', npm_config_x: 'y', NODE_OPTIONS: '--z', INIT_CWD: '/', GONE: undefined }
  const env = { PATH: '/p', LANG: 'C', LC_ALL: 'C.UTF-8', MY_KEY: '1', MY_URL: '2', OTHER: '3', ...ours }

  test('has the usual variables, without settings of ours', () => {
    expect(workerEnv(env)).toEqual({ PATH: '/p', LANG: 'C', LC_ALL: 'C.UTF-8' })
    expect(workerEnv({})['PATH']).toContain('/usr/bin')
  })

  test('has what is added by name, by the beginning of names, or all but what belongs to the way the agent was started', () => {
    expect(workerEnv(env, ['MY_KEY', 'NODE_OPTIONS'])).toEqual({ PATH: '/p', LANG: 'C', LC_ALL: 'C.UTF-8', MY_KEY: '1', NODE_OPTIONS: '--z' })
    expect(workerEnv(env, ['MY_*', 'E*'])).toEqual({ PATH: '/p', LANG: 'C', LC_ALL: 'C.UTF-8', MY_KEY: '1', MY_URL: '2' })
    expect(workerEnv(env, ['*'])).toEqual({ PATH: '/p', LANG: 'C', LC_ALL: 'C.UTF-8', MY_KEY: '1', MY_URL: '2', OTHER: '3' })
  })
})
