import { expect, test } from 'vitest'
import { agentLinksOf, instanceComponentsOf, logLevelsOf, oneOfEach, scaleOf } from './cluster-size.ts'

test('what is said of the scale adds up, over several options and within one', () => {
  const scale = scaleOf('gateway=3,query-service=2', scaleOf('command-service=2'))
  expect(scale).toEqual({ ...oneOfEach, 'command-service': 2, gateway: 3, 'query-service': 2 })
})

test('agents come in the order in which their links are named', () => {
  expect(agentLinksOf('kafka=2,gateway=1')).toEqual(['kafka', 'kafka', 'gateway'])
  expect(agentLinksOf('gateway=0,kafka=1')).toEqual(['kafka'])
})

test('levels are said for each kind of process', () => {
  expect(logLevelsOf('gateway=debug', { agents: 'warn' })).toEqual({ agents: 'warn', gateway: 'debug' })
})

test('components are said for each instance', () => {
  const one = instanceComponentsOf('command-service-1=cron,scheduler')
  expect(instanceComponentsOf('command-service-2=none', one)).toEqual({ 'command-service-1': 'cron,scheduler', 'command-service-2': 'none' })
})

test.each([
  [() => instanceComponentsOf('gateway-1=queue'), /command-service-<number>=<names>/],
  [() => instanceComponentsOf('command-service-1=queues'), /queues: expected none, or names/],
  [() => scaleOf('comand-service=2'), /comand-service is not a service; did you mean command-service\?/],
  [() => scaleOf('gateway'), /<name>=<value>/],
  [() => scaleOf('gateway=0'), /gateway=0: expected a whole number from 1 to 32/],
  [() => scaleOf('gateway=two'), /gateway=two: expected a whole number/],
  [() => agentLinksOf('kafak=2'), /kafak is not a link of agents; did you mean kafka\?/],
  [() => agentLinksOf('kafka=0'), /1 to 200 agents/],
  [() => agentLinksOf('kafka=150,gateway=51'), /1 to 200 agents/],
  [() => logLevelsOf('gateway=loud'), /loud is not a log level; did you mean/],
])('refuses what can not be meant, and says what could be (%#)', (parse, message) => {
  expect(parse).toThrow(message)
})
