import { test } from 'vitest'
import { given } from '../testing/given.ts'
import { type AgentAppEvent, agentAppsAggregate, type TellApp } from './agent-apps.ts'

const { decider } = agentAppsAggregate
const agentId = 'a'.repeat(32)
const app = 'shop'
const version = (name: string) => ({ version: name, sha256: name.padStart(64, '0'), bytes: 1, rolloutId: null })
const want = (name: string | null) => ({ type: 'WantApps', agentId, wishes: [{ app, wanted: name === null ? null : version(name) }] }) as const
const wanted = (name: string): AgentAppEvent => ({ type: 'AgentAppWanted', data: { agentId, app, ...version(name) } })
const unwanted: AgentAppEvent = { type: 'AgentAppUnwanted', data: { agentId, app } }
const installed = (name: string): AgentAppEvent => ({ type: 'AgentAppInstalled', data: { agentId, app, version: name } })
const removed: AgentAppEvent = { type: 'AgentAppRemoved', data: { agentId, app } }
const tell = (outcome: TellApp['outcome'], name: string, code: string | null = null): TellApp => ({
  type: 'TellApp',
  agentId,
  app,
  version: name,
  outcome,
  code,
  message: code && 'why',
})
const failed = (name: string, code: string): AgentAppEvent => ({
  type: 'AgentAppFailed',
  data: { agentId, app, version: name, code, message: 'why' },
})

test('a wish is recorded once, another version and its end too', () => {
  given(decider, [])
    .when(want('1'))
    .then([wanted('1')])
  given(decider, [wanted('1')])
    .when(want('1'))
    .then([])
  given(decider, [wanted('1')])
    .when(want('2'))
    .then([wanted('2')])
  given(decider, [wanted('1')])
    .when(want(null))
    .then([unwanted])
  given(decider, []).when(want(null)).then([])
})

test('what an agent tells is recorded once, however often it comes', () => {
  given(decider, [wanted('1')])
    .when(tell('INSTALLED', '1'))
    .then([installed('1')])
  given(decider, [wanted('1'), installed('1')])
    .when(tell('INSTALLED', '1'))
    .then([])
  given(decider, [wanted('1')])
    .when(tell('FAILED', '1', 'PACKAGE_CHANGED'))
    .then([failed('1', 'PACKAGE_CHANGED')])
  given(decider, [wanted('1'), failed('1', 'PACKAGE_CHANGED')])
    .when(tell('FAILED', '1', 'PACKAGE_CHANGED'))
    .then([])
  given(decider, [wanted('1'), installed('1'), unwanted])
    .when(tell('REMOVED', ''))
    .then([removed])
  given(decider, [wanted('1'), installed('1'), unwanted, removed])
    .when(tell('REMOVED', ''))
    .then([])
})

test('an agent that could not get the new version and goes back to what it has tells so', () => {
  const past = [wanted('1'), installed('1'), wanted('2'), failed('2', 'APP_SWITCH_FAILED'), wanted('1')]
  given(decider, past)
    .when(tell('INSTALLED', '1'))
    .then([installed('1')])
})

test('a late word about an earlier version does not settle the wanted one', () => {
  given(decider, [wanted('1'), wanted('2')])
    .when(tell('INSTALLED', '1'), tell('FAILED', '1', 'APP_SWITCH_FAILED'))
    .then([])
  given(decider, [wanted('1'), wanted('2'), installed('1')])
    .when(tell('INSTALLED', '2'))
    .then([installed('2')])
})

test('what an agent tells of an app that it never should have counts nothing', () => {
  for (const outcome of ['INSTALLED', 'FAILED', 'REMOVED'] as const) given(decider, []).when(tell(outcome, '1')).then([])
})

test.each(['', 'a\0', 'a b', '../1', 'x'.repeat(65)])('version %j can be none: nothing is recorded of it', (name) => {
  given(decider, [wanted('1')])
    .when(tell('INSTALLED', name), tell('FAILED', name, 'APP_SWITCH_FAILED'))
    .then([])
})
