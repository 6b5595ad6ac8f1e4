import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { expect, test } from 'vitest'
import { agentSettings, workerSettings } from './agent-settings.ts'

function limitsOf(env: Record<string, string>) {
  return agentSettings(readSettings({ ELVES_GATEWAY_URL: 'ws://localhost/gateway', ...env })).limits
}

test.each([
  [{}, 16, 12],
  [{ ELVES_AGENT_CONCURRENCY: '4' }, 4, 3],
  [{ ELVES_AGENT_CONCURRENCY: '1' }, 1, 1],
  [{ ELVES_AGENT_APP_CONCURRENCY: '16' }, 16, 16],
])('one app has a share of the slots unless another number is given: %j', (env, concurrency, appConcurrency) => {
  expect(limitsOf(env as Record<string, string>)).toMatchObject({ concurrency, appConcurrency })
})

test('every setting of workers reaches the runner', () => {
  const env = {
    ELVES_AGENT_APPS_DIR: '/apps',
    ELVES_AGENT_WORKER: 'sh|run.sh',
    ELVES_AGENT_PYTHON: '/opt/python',
    ELVES_AGENT_MONO: '/opt/mono',
    ELVES_AGENT_INTERPRETERS: 'python, Rscript',
    ELVES_AGENT_ENCODING: 'gbk',
    ELVES_AGENT_WORKER_ENV: 'ORACLE_HOME,MY_*',
    ELVES_AGENT_WORKER_NICE: '5',
    ELVES_AGENT_WORKER_IDLE_AFTER_MS: '8',
    ELVES_AGENT_STOP_GRACE_MS: '7',
  }
  expect(workerSettings(readSettings(env))).toEqual({
    appsDir: '/apps',
    workerEntry: 'sh|run.sh',
    python: '/opt/python',
    mono: '/opt/mono',
    interpreterNames: ['python', 'Rscript'],
    encoding: 'gbk',
    addedVariables: ['ORACLE_HOME', 'MY_*'],
    nice: 5,
    idleAfterMs: 8,
    stopGraceMs: 7,
  })
  expect(workerSettings(readSettings({}))).toMatchObject({
    nice: 15,
    addedVariables: [],
    interpreterNames: expect.arrayContaining(['python', 'dotnet', 'java']),
  })
})

test.each([
  [{ ELVES_AGENT_INTERPRETERS: '/bin/rm' }, 'names of programs'],
  [{ ELVES_AGENT_WORKER_ENV: 'ELVES_JOIN_TOKEN' }, 'do not begin with ELVES_'],
  [{ ELVES_AGENT_WORKER_NICE: '20' }, 'from 0 to 19'],
])('%j is refused', (env, reason) => {
  expect(() => readSettings(env as Record<string, string>)).toThrow(reason)
})

test('an agent on Kafka gets packages at the gateway that it is told, with the certificate that it is told, or nowhere', () => {
  const kafka = { ELVES_AGENT_LINK: 'kafka', ELVES_KAFKA_BROKERS: 'localhost:9092', ELVES_AGENT_IP: '10.0.0.1' }
  const linkOf = (env: Record<string, string>) => agentSettings(readSettings({ ...kafka, ...env })).link
  expect(linkOf({})).toMatchObject({ kind: 'kafka', packages: null })
  const pin = 'a'.repeat(64)
  expect(linkOf({ ELVES_GATEWAY_URL: 'wss://center/gateway?token=t', ELVES_GATEWAY_CERT_SHA256: pin })).toMatchObject({
    packages: { url: 'wss://center/gateway', tls: { certificateSha256: pin } },
  })
  expect(() => linkOf({ ELVES_GATEWAY_URL: 'http://center' })).toThrow('ELVES_GATEWAY_URL')
})
