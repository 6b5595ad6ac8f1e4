import { describe, expect, it } from 'vitest'
import { messageSchemas } from '../generated/catalog.ts'
import { releasedSchemas } from '../generated/released.ts'
import { lockText, readLock } from './lock-file.ts'
import { earlierVersions, lockedSchema, lockProblems, type ReleaseLock, type Schemas, unreleased } from './release-lock.ts'

const mood = (symbols: readonly string[], fallback?: string) => ({
  type: 'enum',
  name: 'Mood',
  symbols,
  ...(fallback !== undefined && { default: fallback }),
})
const greeting = (...fields: object[]) => ({ type: 'record', name: 'Greeting', namespace: 'elves', doc: 'Hello.', fields })
const text = { name: 'text', type: 'string' }
const note = { name: 'note', type: ['null', 'string'], default: null }
const released = greeting(text, { name: 'count', type: 'int' }, note)

function lockOf(...versions: object[]): ReleaseLock {
  return { releases: versions.map((schema, index) => ({ release: `1.${index}`, golden: {}, schemas: [lockedSchema('Greeting', schema)] })) }
}

/** Returns the problems of an edit, with both the released and today's schema in the lock, as after `release-schemas`. */
function verdict(before: object, today: object): string[] {
  return lockProblems(lockOf(before, today), { Greeting: today })
}

describe('the lock of released schemas', () => {
  it('has every schema of today, and every released one is readable by today and reads today', () => {
    expect(lockProblems(readLock(), messageSchemas)).toEqual([])
  })

  it('is what the codec was given', () => {
    expect(releasedSchemas).toEqual(earlierVersions(readLock(), messageSchemas))
  })

  it('keeps its text when it is written again', () => {
    const lock = readLock()
    expect(JSON.parse(lockText(lock))).toEqual(lock)
  })

  it('wants what no release has to be entered, and says how', () => {
    const today: Schemas = { Greeting: released, Farewell: { ...greeting(text), name: 'Farewell' } }
    expect(unreleased(lockOf(released), today).map(({ name }) => name)).toEqual(['Farewell'])
    expect(lockProblems(lockOf(released), today)).toEqual([expect.stringMatching(/Farewell.*npm run release-schemas/)])
  })

  it('notices that one of its own was changed, or has vanished from the schemas', () => {
    const [first] = lockOf(released).releases[0]?.schemas ?? []
    const tampered = [
      { ...first, schema: greeting(text) },
      { ...first, schema: greeting(text, { name: 'count', type: 'int', default: 1 }, note) },
    ]
    for (const schema of tampered) {
      const lock = { releases: [{ release: '1.0', golden: {}, schemas: [schema] }] } as ReleaseLock
      expect(lockProblems(lock, {})).toEqual(['Greeting of 1.0 was changed in the lock: a released schema never changes'])
    }
    expect(lockProblems(lockOf(released), {})).toEqual([expect.stringContaining('Greeting of 1.0 is gone')])
  })

  it('gives the codec the versions that are not today’s, oldest first', () => {
    const [middle, today] = [greeting(text, note), greeting(text, note, { ...note, name: 'more' })]
    const versions = earlierVersions(lockOf(released, middle, today), { Greeting: today })
    expect(versions.map(({ fingerprint }) => fingerprint)).toEqual([released, middle].map((one) => lockedSchema('Greeting', one).fingerprint))
  })
})

describe('a change of a released schema', () => {
  it.each<[string, object, object]>([
    ['new docs', released, { ...released, doc: 'Another word.' }],
    ['a new field with a default', released, greeting(text, { name: 'count', type: 'int' }, note, { name: 'tone', type: 'string', default: '' })],
    ['fields in another order', released, greeting(note, { name: 'count', type: 'int' }, text)],
    ['a field gone that had a default', released, greeting(text, { name: 'count', type: 'int' })],
    [
      'a new symbol of an enum with a default',
      greeting({ name: 'mood', type: mood(['UNKNOWN', 'GLAD'], 'UNKNOWN') }),
      greeting({ name: 'mood', type: mood(['UNKNOWN', 'GLAD', 'SAD'], 'UNKNOWN') }),
    ],
    [
      'a renamed field with an alias and defaults',
      released,
      greeting(text, { name: 'count', type: 'int' }, { ...note, name: 'remark', aliases: ['note'] }),
    ],
    ['text for bytes', greeting(text), greeting({ name: 'text', type: 'bytes' })],
  ])('is let through: %s', (_, before, after) => {
    expect(verdict(before, after)).toEqual([])
  })

  it.each<[string, object, object, RegExp]>([
    [
      'a new field without a default',
      released,
      greeting(text, { name: 'count', type: 'int' }, note, { name: 'tone', type: 'string' }),
      /today's Greeting can not read Greeting of 1\.0: Greeting\.tone: is not written, and has no default/,
    ],
    [
      'a field gone that had no default',
      released,
      greeting({ name: 'count', type: 'int' }, note),
      /Greeting of 1\.0 can not read today's Greeting: Greeting\.text: is not written, and has no default/,
    ],
    [
      'a new symbol of an enum without a default',
      greeting({ name: 'mood', type: mood(['GLAD']) }),
      greeting({ name: 'mood', type: mood(['GLAD', 'SAD']) }),
      /Greeting of 1\.0 can not read today's Greeting: Greeting\.mood: Mood has no SAD, and no default/,
    ],
    [
      'a symbol gone from an enum without a default',
      greeting({ name: 'mood', type: mood(['GLAD', 'SAD']) }),
      greeting({ name: 'mood', type: mood(['GLAD']) }),
      /today's Greeting can not read Greeting of 1\.0: Greeting\.mood: Mood has no SAD/,
    ],
    [
      'a renamed field without an alias',
      released,
      greeting({ name: 'words', type: 'string' }, { name: 'count', type: 'int' }, note),
      /Greeting\.words: is not written/,
    ],
    [
      'a renamed field whose old name has no default for older readers',
      released,
      greeting({ name: 'words', type: 'string', aliases: ['text'] }, { name: 'count', type: 'int' }, note),
      /Greeting of 1\.0 can not read today's Greeting: Greeting\.text: is not written/,
    ],
    [
      'a promoted type, which older readers can not follow',
      released,
      greeting(text, { name: 'count', type: 'long' }, note),
      /Greeting of 1\.0 can not read today's Greeting: Greeting\.count: long can not be read as int/,
    ],
    ['another type', released, greeting(text, { name: 'count', type: 'string' }, note), /Greeting\.count: int can not be read as string/],
    [
      'a new branch of a union',
      released,
      greeting(text, { name: 'count', type: 'int' }, { name: 'note', type: ['null', 'string', 'int'], default: null }),
      /Greeting of 1\.0 can not read today's Greeting: Greeting\.note: no branch of the union reads int/,
    ],
    [
      'the same of a type within a list within a type',
      greeting({ name: 'parts', type: { type: 'array', items: { type: 'record', name: 'Part', fields: [text] } } }),
      greeting({ name: 'parts', type: { type: 'array', items: { type: 'record', name: 'Part', fields: [text, { name: 'size', type: 'int' }] } } }),
      /Greeting\.parts\.items\.size: is not written, and has no default/,
    ],
    [
      'other defaults under the same fingerprint',
      released,
      greeting({ ...text, default: 'hello' }, { name: 'count', type: 'int' }, note),
      /other defaults or aliases than Greeting of 1\.0, and the same fingerprint/,
    ],
    [
      'another default of an enum under the same fingerprint',
      greeting({ name: 'mood', type: mood(['UNKNOWN', 'GLAD'], 'UNKNOWN') }),
      greeting({ name: 'mood', type: mood(['UNKNOWN', 'GLAD'], 'GLAD') }),
      /other defaults or aliases/,
    ],
  ])('is refused: %s', (_, before, after, why) => {
    expect(verdict(before, after)).toContainEqual(expect.stringMatching(why))
  })

  it('is held against every release, not only the last', () => {
    const [first, second] = [greeting(text), greeting(text, note)]
    const today = greeting(text, { name: 'note', type: ['null', 'int'], default: null })
    expect(lockProblems(lockOf(first, second, today), { Greeting: today }).join()).toContain('Greeting of 1.1')
  })
})
