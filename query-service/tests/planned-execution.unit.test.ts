import { setImmediate as othersTurn } from 'node:timers/promises'
import fc from 'fast-check'
import {
  buildSchema,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLScalarType,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  NoUnusedFragmentsRule,
  NoUnusedVariablesRule,
  parse,
  responsePathAsArray,
  specifiedRules,
  validate,
} from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { planOf } from '../graphql/documents.ts'
import { executePlanned } from '../graphql/execution/planned-execution.ts'

const fieldsOfNode = `
  node: Node
  must: Node!
  list: [Node]
  mustList: [Node!]!
  listOfMust: [Node!]
  nested: [[Int!]]
  leaf: Int
  name: String!
  color: Color
  odd: Odd
  echo(a: Int = 3, b: Inner, c: [Inner!], d: Color = GREEN, e: Odd, f: Int! = 4, g: [Int]): String
  needs(x: Int!, y: Inner!): String
`
const sdl = `
  scalar Odd
  enum Color { RED GREEN }
  input Inner { n: Int! = 7, m: [Int!], c: Color = RED, o: Odd, inner: Inner, must: Int! }
  type Query { ${fieldsOfNode} }
  type Mutation { ${fieldsOfNode} }
  type Node { ${fieldsOfNode} }
`

/** A number that only depends on the seed and the place: both executions meet the same values. */
function numberAt(seed: number, place: string, below: number): number {
  let hash = seed | 0
  for (let at = 0; at < place.length; at++) hash = Math.imul(hash ^ place.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) % below
}

async function after(ticks: number): Promise<void> {
  for (let tick = 0; tick < ticks; tick++) await null
}

/** What the field at a place gives: a value at once or later, or a failure of any kind. */
function givenAt(seed: number, place: string, value: () => unknown): unknown {
  const kind = numberAt(seed, `${place} kind`, 24)
  const ticks = Math.max(0, numberAt(seed, `${place} ticks`, 8) - 3)
  const now = (): unknown => {
    if (kind === 0) return new Error(`an error at ${place}`)
    if (kind === 1) throw new GraphQLError(`refused at ${place}`, { extensions: { code: 'X' } })
    if (kind === 2) throw new Error(`thrown at ${place}`)
    if (kind === 3) return null
    return kind === 4 ? undefined : value()
  }
  if (ticks === 0) return now()
  const later = after(ticks).then(now)
  // Neither execution asks for the items of a list behind one that made the list null.
  later.catch(() => undefined)
  return later
}

const leaves: { readonly [name: string]: readonly unknown[] } = {
  leaf: [1, 2.5, 'x', true, 2 ** 40, 3],
  name: ['n', 7, {}, 'm'],
  color: ['RED', 'GREEN', 'BLUE'],
  odd: ['bad', 'gone', 'well', 3],
}

function nodeAt(seed: number, place: string): object {
  const properties = Object.entries(leaves).map(([name, values]) => {
    const own = `${place} ${name}`
    const find = () => givenAt(seed, own, () => values[numberAt(seed, own, values.length)])
    // A property may be the value itself or a function that finds it.
    return [name, numberAt(seed, `${own} form`, 2) === 0 && numberAt(seed, `${own} kind`, 24) > 2 ? find() : find]
  })
  return Object.fromEntries(properties) as object
}

function listAt(seed: number, place: string, item: (place: string) => unknown): unknown {
  if (numberAt(seed, `${place} list`, 12) === 0) return 'no list'
  return Array.from({ length: numberAt(seed, `${place} length`, 4) }, (_, index) => {
    try {
      return givenAt(seed, `${place} ${index}`, () => item(`${place} ${index}`))
    } catch (error) {
      return error
    }
  })
}

function valueAt(seed: number, place: string, field: string): unknown {
  if (field === 'nested') return listAt(seed, place, (row) => listAt(seed, row, (cell) => numberAt(seed, cell, 9)))
  return /list/i.test(field) ? listAt(seed, place, (item) => nodeAt(seed, item)) : nodeAt(seed, place)
}

function testSchema(): GraphQLSchema {
  const schema = buildSchema(sdl)
  const odd = schema.getType('Odd') as GraphQLScalarType
  odd.serialize = (value) => {
    if (value === 'bad') throw new Error('a bad value')
    return value === 'gone' ? undefined : value
  }
  for (const type of ['Query', 'Mutation', 'Node']) {
    for (const field of Object.values((schema.getType(type) as GraphQLObjectType).getFields())) {
      if (field.name in leaves) continue
      const showsArguments = field.args.length > 0
      field.resolve = (_source: unknown, args: unknown, seed: number, { path }: GraphQLResolveInfo) => {
        const place = responsePathAsArray(path).join('.')
        return givenAt(seed, place, () => (showsArguments ? JSON.stringify(args) : valueAt(seed, place, field.name)))
      }
    }
  }
  return schema
}

const innerLiteral = fc.constantFrom(
  '{ must: 1 }',
  '{ must: $i }',
  '{ must: $must, n: 2, m: [1, $i] }',
  '{ must: 1, m: $ints, c: $c, o: { deep: [$i, "t"] } }',
  '{ must: $d, inner: { must: $must, c: GREEN, o: $o } }',
  '{ must: 1, inner: $in, n: $d }',
  '$in',
  'null',
)
const argument = fc.oneof(
  fc.constantFrom(
    'a: 1',
    'a: null',
    'a: $i',
    'a: $d',
    'd: RED',
    'd: $c',
    'e: $o',
    'e: [$o, { x: $i }]',
    'f: $d',
    'f: 9',
    'f: $must',
    'g: [1, $i]',
    'g: $ints',
    'g: 5',
  ),
  innerLiteral.map((inner) => `b: ${inner}`),
  innerLiteral.map((inner) => `c: [${inner === 'null' ? '{ must: 2 }' : inner}]`),
)

const echo = fc
  .record({ key: fc.integer({ min: 0, max: 9_999 }), args: fc.uniqueArray(argument, { maxLength: 3, selector: (text) => text[0] }) })
  .map(({ key, args }) => `e${key}: echo${args.length > 0 ? `(${args.join(', ')})` : ''}`)
const simple = fc.constantFrom('leaf', 'name', 'color', 'odd', 'nested', 'other: leaf', '__typename')
const needs = fc.constantFrom('n1: needs(x: $must, y: { must: $d })', 'n2: needs(x: $d, y: $inMust)')
const composite = fc.constantFrom('node', 'must', 'list', 'mustList', 'listOfMust', 'again: node')

const { selection } = fc.letrec<{ selection: string }>((tie) => {
  const inner = fc.array(tie('selection'), { minLength: 1, maxLength: 3 }).map((all) => all.join(' '))
  return {
    selection: fc.oneof(
      { maxDepth: 2, depthIdentifier: 'selection' },
      simple,
      echo,
      needs,
      fc.tuple(composite, inner).map(([field, sub]) => `${field} { ${sub} }`),
      fc.constantFrom('...F0', '...F1', '... on Node { leaf }', 'leaf @include(if: $b)'),
      inner.map((sub) => `... { ${sub} }`),
    ),
  }
})
const selections = fc.array(selection, { minLength: 1, maxLength: 3 }).map((all) => all.join(' '))
const rootSelection = fc.oneof(
  simple,
  echo,
  fc.tuple(composite, selections).map(([field, sub]) => `${field} { ${sub} }`),
)

const head = '($i: Int, $d: Int = 5, $must: Int!, $in: Inner, $inMust: Inner!, $c: Color, $o: Odd, $ints: [Int!], $b: Boolean = true)'
const document = fc
  .record({
    kind: fc.constantFrom('query', 'mutation'),
    root: fc.array(rootSelection, { minLength: 1, maxLength: 4 }),
    f0: selections,
    f1: selections,
  })
  .map(({ kind, root, f0, f1 }) => {
    const [first, second] = [f0.replaceAll('...F0', 'leaf'), f1.replaceAll(/\.\.\.F\d/g, 'name')]
    return `${kind} ${head} { ${root.join(' ')} } fragment F0 on Node { ${first} } fragment F1 on Node { ${second} }`
  })

const inner = fc.constantFrom({ must: 1 }, { must: 2, n: 3, m: [1], o: { a: [1] } }, { must: 4, inner: { must: 5, c: 'GREEN' } })
const variables = fc.record(
  {
    i: fc.constantFrom(null, 1),
    d: fc.constantFrom(null, 6),
    must: fc.constant(8),
    in: fc.oneof(fc.constant(null), inner),
    inMust: inner,
    c: fc.constantFrom('RED', null),
    o: fc.constantFrom('x', null, { y: 1 }),
    ints: fc.constantFrom(null, [1, 2], 3),
    b: fc.boolean(),
  },
  { requiredKeys: ['must', 'inMust'] },
)

const schema = testSchema()
const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule && rule !== NoUnusedFragmentsRule)

function textOf({ data, errors }: ExecutionResult): string {
  return JSON.stringify({ data, errors })
}

const unhandled: unknown[] = []
const note = (error: unknown) => void unhandled.push(error)
let listeners: NodeJS.UnhandledRejectionListener[] = []
beforeAll(() => {
  listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', note)
})
afterAll(() => {
  process.off('unhandledRejection', note)
  for (const listener of listeners) process.on('unhandledRejection', listener)
})

test('a planned operation has the values and errors of graphql, in the same order and with the same places', async () => {
  let planned = 0
  let failed = 0
  await fc.assert(
    fc.asyncProperty(document, fc.array(fc.tuple(variables, fc.integer()), { minLength: 1, maxLength: 4 }), async (text, requests) => {
      const parsed = parse(text)
      fc.pre(validate(schema, parsed, rules).length === 0)
      const operation = getOperationAST(parsed) as NonNullable<ReturnType<typeof getOperationAST>>
      const plan = planOf(schema, parsed, operation)
      expect(plan.planned === null).toBe(text.includes('@include'))
      if (plan.planned === null) return
      for (const [given, seed] of requests) {
        const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], given)
        const actual = await executePlanned(plan.planned, seed, coerced ?? {})
        await othersTurn()
        // Graphql leaves some, in a list that an item has made null.
        expect(unhandled).toEqual([])
        const expected = await execute({ schema, document: parsed, contextValue: seed, rootValue: {}, variableValues: given })
        await othersTurn()
        unhandled.length = 0
        expect(textOf(actual)).toBe(textOf(expected))
        planned += 1
        if (expected.errors) failed += 1
      }
    }),
    { numRuns: 150, endOnFailure: true },
  )
  expect(planned).toBeGreaterThan(20)
  expect(failed).toBeGreaterThan(20)
}, 120_000)
