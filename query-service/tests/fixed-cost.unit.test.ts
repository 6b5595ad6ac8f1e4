import { type DocumentNode, getOperationAST, type OperationDefinitionNode, parse } from 'graphql'
import { expect, test } from 'vitest'
import { features } from '../features.ts'
import { isCostFixed, mayHoldList, operationCost } from '../graphql/limits/cost.ts'
import { executableSchema } from '../graphql/schema.ts'

const schema = executableSchema(features.map(({ resolvers }) => resolvers))
const operationOf = (document: DocumentNode) => getOperationAST(document) as OperationDefinitionNode

test.each([
  ['mutation ($agent: String!) { runTask(input: { agent: $agent, app: "a", func: "f" }) { position } }', true],
  ['mutation ($input: RunTaskInput!) { runTask(input: $input) { position } }', true],
  ['mutation ($param: JSON) { runTask(input: { agent: "x", app: "a", func: "f", param: $param }) { position } }', true],
  ['{ tasks(first: 3) { nodes { id } } }', true],
  ['query ($filter: TaskFilter) { tasks(filter: $filter) { nodes { id } } }', true],
  // A page size is part of the cost.
  ['query ($first: Int) { tasks(first: $first) { nodes { id } } }', false],
  // A null is let through by validation here, and graphql finds it only when it reads the argument.
  ['query ($id: ID = "x") { task(id: $id) { id } }', false],
])('the cost of %s is fixed for variables without lists: %s', (text, isFixed) => {
  expect(isCostFixed(schema, operationOf(parse(text)))).toBe(isFixed)
})

test('a list in the variables makes the cost depend on them, however deep it is', () => {
  expect(mayHoldList({ input: { agent: 'a', retry: { attempts: 2, factor: null } }, position: undefined })).toBe(false)
  expect(mayHoldList({ input: { retry: { on: [] } } })).toBe(true)
  expect(mayHoldList({ inputs: [{ agent: 'a' }] })).toBe(true)
  expect(mayHoldList({ a: { b: { c: { d: { e: [] } } } } })).toBe(true)
})

test('what is folded from whole streams costs more than what is read, whatever the instant', () => {
  const costOf = (text: string) => operationCost(schema, operationOf(parse(text)), new Map(), {}).complexity
  const [now, then] = [
    costOf('{ tasks(first: 500) { nodes { id } } }'),
    costOf('query ($at: DateTime) { tasks(first: 500, asOf: $at) { nodes { id } } }'),
  ]
  expect(then - now).toBe(5_000)
  const changes = (fields: string) =>
    costOf(`{ changes(from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z", first: 500) { nodes { ${fields} } } }`)
  expect(changes('id stateBefore stateAfter') - changes('id')).toBe(11_000)
})
