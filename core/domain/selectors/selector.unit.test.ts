import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  describeSelector,
  isBuiltInKey,
  parseSelector,
  type SelectableAgent,
  type Selector,
  type SelectorTerm,
  selectorLimits,
  selects,
} from './selector.ts'

const agent: SelectableAgent = {
  id: '0123456789abcdef0123456789abcdef',
  ip: '10.0.0.1',
  name: 'web 1',
  platform: 'linux-x64',
  version: '0.3.0',
  apps: ['apptest', 'shell'],
  labels: { env: 'prod', region: 'eu', 机房: '上海 一', empty: '', 'example.com/role': 'db', app: 'a label', constructor: 'yes' },
}

describe('a selector', () => {
  it.each([
    '',
    '  ',
    'env=prod',
    'env==prod',
    ' env = prod , region = eu ',
    'env!=dev',
    'env in (dev, prod)',
    'env notin (dev,test)',
    'env,!canary',
    '! canary',
    'example.com/role=db',
    'empty=',
    'empty in (,x)',
    'empty=""',
    '机房="上海 一"',
    '机房 in ("上海 一",北京)',
    'name="web 1"',
    'id=0123456789abcdef0123456789abcdef,ip=10.0.0.1,platform=linux-x64,version=0.3.0',
    'constructor=yes',
    '!toString',
    // As in Kubernetes, an agent without the label has no value of it that could be the wrong one.
    'canary!=yes',
    'canary notin (yes)',
  ])('selects an agent of which every term is true: %j', (text) => {
    expect(selects(parseSelector(text), agent)).toBe(true)
  })

  it.each([
    'env=dev',
    'env=Prod',
    'env=prod,region=us',
    'env!=prod',
    'canary',
    '!env',
    'env=',
    'canary=',
    'empty!=',
    'env notin (prod)',
    'ip=10.0.0.2',
  ])('does not select an agent of which a term is false: %j', (text) => {
    expect(selects(parseSelector(text), agent)).toBe(false)
  })

  it('takes the apps of an agent as a set: = asks for one of them, != for none of them', () => {
    const chosen = (text: string, of = agent) => selects(parseSelector(text), of)
    expect(['app=shell', 'app in (other,shell)', 'app', 'app!=other'].map((text) => chosen(text))).toEqual([true, true, true, true])
    expect(['app=other', 'app!=shell', 'app notin (other,shell)', '!app'].map((text) => chosen(text))).toEqual([false, false, false, false])
    const bare = { ...agent, apps: [] }
    expect(['app=shell', 'app', '!app', 'app!=shell'].map((text) => chosen(text, bare))).toEqual([false, false, true, true])
  })

  it('asks for what an agent is by a built-in key, never for a label of that name', () => {
    expect(selects(parseSelector('app="a label"'), agent)).toBe(false)
    expect(selects(parseSelector('ip'), { ...agent, ip: '', labels: { ip: '10.0.0.1' } })).toBe(false)
  })

  it.each([
    ['env=prod,', 9, 'it ends where a key'],
    [',env', 0, "',' stands where a key"],
    ['env prod', 4, "'prod' stands where ="],
    ['env=prod dev', 9, "'dev' stands where a comma or the end"],
    ['env in prod', 7, "'prod' stands where ("],
    ['env in ()', 8, "')' stands where a value"],
    ['env in (a', 9, 'it ends where a comma or )'],
    ['env in', 6, 'it ends where ('],
    ['env in (a b)', 10, "'b' stands where a comma or )"],
    ['!', 1, 'it ends where a key'],
    ['!env=prod', 4, "'=' stands where a comma or the end"],
    ['=prod', 0, "'=' stands where a key"],
    ['env=!x', 4, "'!' stands where a value"],
    ['""=x', 0, 'where a key'],
    ['cores > 4', 6, "'>' is no sign"],
    ['name="web 1', 5, 'does not end'],
    [String.raw`name="a\n"`, 5, 'does not end'],
    ['a=(b)', 2, "'(' stands where a value"],
  ])('that is not well-formed is refused with the place: %j', (text, at, words) => {
    const refused = expect.objectContaining({ code: 'SELECTOR_INVALID', facts: { at }, message: expect.stringContaining(words) })
    expect(() => parseSelector(text)).toThrow(refused)
    expect(() => parseSelector(text)).toThrow(`character ${at + 1}:`)
  })

  it('has limits', () => {
    const longest = `a=${'x'.repeat(selectorLimits.length - 2)}`
    expect(parseSelector(longest).terms).toHaveLength(1)
    expect(() => parseSelector(`${longest}x`)).toThrow(expect.objectContaining({ code: 'SELECTOR_INVALID' }))
    const most = Array.from({ length: selectorLimits.terms }, (_, n) => `l${n}`).join(',')
    expect(parseSelector(most).terms).toHaveLength(selectorLimits.terms)
    expect(() => parseSelector(`${most},more`)).toThrow(expect.objectContaining({ code: 'SELECTOR_INVALID', facts: { at: most.length + 1 } }))
  })
})

/** Few words, so that terms and agents meet; some that need quotes, and some that look like syntax. */
const word = fc.oneof(fc.constantFrom('a', 'b', 'in', 'notin', 'app', 'ip', 'a b', '"', '\\', 'x"y', '机房', '!', ',', '\n', '😀'), fc.string())
const key = word.filter((text) => text !== '')
const values = fc.uniqueArray(word, { minLength: 1, maxLength: 3 })
const term: fc.Arbitrary<SelectorTerm> = fc.oneof(
  fc.record({ key, operator: fc.constantFrom('IN' as const, 'NOT_IN' as const), values }),
  fc.record({ key, operator: fc.constantFrom('EXISTS' as const, 'NOT_EXISTS' as const), values: fc.constant([]) }),
)
const selector: fc.Arbitrary<Selector> = fc.record({ terms: fc.array(term, { maxLength: 5 }) })
const anyAgent: fc.Arbitrary<SelectableAgent> = fc.record({
  id: word,
  ip: word,
  name: word,
  platform: word,
  version: word,
  apps: fc.uniqueArray(word, { maxLength: 3 }),
  labels: fc.dictionary(key, word, { maxKeys: 4 }),
})

describe('any selector', () => {
  it('is the same after it was described and parsed', () => {
    fc.assert(
      fc.property(selector, (drawn) => {
        expect(parseSelector(describeSelector(drawn))).toEqual(drawn)
      }),
    )
  })

  it('selects an agent if each of its terms does', () => {
    fc.assert(
      fc.property(selector, anyAgent, (drawn, of) => {
        expect(selects(drawn, of)).toBe(drawn.terms.every((one) => selects({ terms: [one] }, of)))
      }),
    )
  })

  it('and what says the opposite divide all agents', () => {
    const opposites = { IN: 'NOT_IN', NOT_IN: 'IN', EXISTS: 'NOT_EXISTS', NOT_EXISTS: 'EXISTS' } as const
    fc.assert(
      fc.property(term, anyAgent, (one, of) => {
        const opposite = { ...one, operator: opposites[one.operator] }
        expect(selects({ terms: [one] }, of)).toBe(!selects({ terms: [opposite] }, of))
      }),
    )
  })

  it('asks a label for its one value', () => {
    fc.assert(
      fc.property(anyAgent, key, values, (of, name, wanted) => {
        fc.pre(!isBuiltInKey(name))
        const held = Object.hasOwn(of.labels, name) ? of.labels[name] : undefined
        expect(selects({ terms: [{ key: name, operator: 'IN', values: wanted }] }, of)).toBe(held !== undefined && wanted.includes(held))
      }),
    )
  })

  it('or any other text is parsed, or refused with its code', () => {
    const piece = fc.oneof(word, fc.constantFrom('=', '==', '!=', '!', '(', ')', ',', ' ', ' in ', ' notin ', '"'))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        try {
          const parsed = parseSelector(text)
          expect(parseSelector(describeSelector(parsed))).toEqual(parsed)
        } catch (error) {
          expect(error).toMatchObject({ code: 'SELECTOR_INVALID' })
        }
      }),
    )
  })
})
