import { type DocumentNode, getOperationAST, type OperationDefinitionNode, parse } from 'graphql'
import { expect, test } from 'vitest'
import { features } from '../features.ts'
import { isCostFixed } from '../graphql/limits/fixed-cost.ts'
import { executableSchema } from '../graphql/schema.ts'

const schema = executableSchema(features.map(({ resolvers }) => resolvers))
const operationOf = (document: DocumentNode) => getOperationAST(document) as OperationDefinitionNode

test.each([
  ['mutation ($agent: String!) { runTask(input: { agent: $agent, app: "a", func: "f" }) { position } }', true],
  ['mutation ($input: CancelTaskInput!) { cancelTask(input: $input) { position } }', true],
  ['mutation ($param: JSON) { runTask(input: { agent: "x", app: "a", func: "f", param: $param }) { position } }', true],
  ['{ tasks(first: 3) { nodes { id } } }', true],
  // A list and a page size are part of the cost; `retry.on` is a list.
  ['mutation ($input: RunTaskInput!) { runTask(input: $input) { position } }', false],
  ['mutation ($inputs: [RunTaskInput!]!) { runTasks(inputs: $inputs) { position } }', false],
  ['query ($filter: TaskFilter) { tasks(filter: $filter) { nodes { id } } }', false],
  ['query ($first: Int) { tasks(first: $first) { nodes { id } } }', false],
  // A null is let through by validation here, and graphql finds it only when it reads the argument.
  ['query ($id: ID = "x") { task(id: $id) { id } }', false],
])('the cost of %s is fixed: %s', (text, isFixed) => {
  expect(isCostFixed(schema, operationOf(parse(text)))).toBe(isFixed)
})
