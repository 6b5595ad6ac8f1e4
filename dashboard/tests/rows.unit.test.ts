import { expect, test } from 'vitest'
import { type Row, withChanges, withPage } from '../src/graphql/rows.ts'

interface Thing extends Row {
  readonly state: string
}

const thing = (id: string, position: string, state = 'RUNNING'): Thing => ({ id, position, state })
const all = () => true
const none = () => false

test('a change replaces its row, and the latest of several wins', () => {
  const rows = withChanges([thing('a', '1'), thing('b', '1')], [thing('b', '3', 'DONE'), thing('b', '2')], all, none)
  expect(rows).toEqual([thing('a', '1'), thing('b', '3', 'DONE')])
})

test('a change that the row has already changes nothing', () => {
  expect(withChanges([thing('a', '5', 'DONE')], [thing('a', '4')], all, none)).toEqual([thing('a', '5', 'DONE')])
})

test('new rows come first, the newest before all, once', () => {
  const rows = withChanges([thing('a', '1')], [thing('b', '2'), thing('c', '3'), thing('b', '4')], all, all)
  expect(rows.map(({ id }) => id)).toEqual(['c', 'b', 'a'])
})

test('what no longer matches leaves, and what never matched does not come', () => {
  const running = ({ state }: Thing) => state === 'RUNNING'
  expect(withChanges([thing('a', '1'), thing('b', '1')], [thing('a', '2', 'DONE'), thing('c', '3', 'DONE')], running, all)).toEqual([thing('b', '1')])
})

test('a change of a row that no page has shown waits for its page', () => {
  expect(withChanges([thing('b', '1')], [thing('old', '2')], all, none)).toEqual([thing('b', '1')])
})

test('a page adds only rows that are not there', () => {
  expect(withPage([thing('a', '3')], [thing('a', '1'), thing('b', '1')])).toEqual([thing('a', '3'), thing('b', '1')])
})
