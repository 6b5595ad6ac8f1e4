import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRejection } from '../decision.ts'
import { given } from '../testing/given.ts'
import { type MoveProcessor, type ProcessorEvent, processorAggregate, processorId } from './processor.ts'

const { decider } = processorAggregate
const about = { app: 'apptest', name: 'books' }
const move = (sequence: number | null, change: Partial<MoveProcessor> = {}): MoveProcessor => ({
  type: 'MoveProcessor',
  ...about,
  sequence,
  head: 100,
  idempotencyKey: null,
  ...change,
})
const advanced = (sequence: number, idempotencyKey: string | null = null): ProcessorEvent => ({
  type: 'ProcessorAdvanced',
  data: { ...about, sequence, idempotencyKey },
})
const rewound = (sequence: number): ProcessorEvent => ({ type: 'ProcessorRewound', data: { ...about, sequence, idempotencyKey: null } })

describe('a processor', () => {
  it('is moved forwards, backwards and to where it is', () => {
    given(decider, [])
      .when(move(7))
      .then([advanced(7)])
    given(decider, [advanced(7)])
      .when(move(3))
      .then([rewound(3)])
    given(decider, [advanced(7), rewound(3)])
      .when(move(3))
      .then([])
    given(decider, []).when(move(0)).then([])
  })

  it('can be moved to the head of the log, and not beyond it', () => {
    given(decider, [])
      .when(move(100))
      .then([advanced(100)])
    given(decider, []).when(move(101)).then('PROCESSOR_POSITION_BEYOND_HEAD')
  })

  it('has no position of another log', () => {
    given(decider, [advanced(7)])
      .when(move(null))
      .then('PROCESSOR_POSITION_UNKNOWN')
  })

  it('does not follow a request that comes again', () => {
    given(decider, [advanced(7, 'k')])
      .when(move(7, { idempotencyKey: 'k' }))
      .then([])
  })

  it('does not follow a request that comes again after later ones, while its key is one of the last 100', () => {
    const later = (count: number) => Array.from({ length: count }, (_, nth) => advanced(8 + nth, nth % 2 === 0 ? `later ${nth}` : null))
    given(decider, [advanced(7, 'k'), advanced(9, 'l')])
      .when(move(7, { idempotencyKey: 'k' }))
      .then([])
    given(decider, [advanced(7, 'k'), ...later(198)])
      .when(move(7, { idempotencyKey: 'k', head: 1_000 }))
      .then([])
    given(decider, [advanced(7, 'k'), ...later(200)])
      .when(move(7, { idempotencyKey: 'k', head: 1_000 }))
      .then([{ type: 'ProcessorRewound', data: { ...about, sequence: 7, idempotencyKey: 'k' } }])
  })

  it.each([
    ['an app that can be none', { app: '../x' }, 'APP_INVALID'],
    ['a name with a slash', { name: 'a/b' }, 'PROCESSOR_NAME_INVALID'],
    ['no name', { name: '' }, 'PROCESSOR_NAME_INVALID'],
    ['a long name', { name: 'x'.repeat(129) }, 'PROCESSOR_NAME_INVALID'],
    ['a blank key', { idempotencyKey: ' ' }, 'IDEMPOTENCY_KEY_INVALID'],
  ] as const)('is refused with %s', (_, change, code) => {
    given(decider, []).when(move(7, change)).then(code)
  })

  it('is where the last move that was not refused put it, whatever came before, and each event says the true direction', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 130 }))), (moves) => {
        let state = decider.initialState
        for (const sequence of moves) {
          const before = state.sequence
          const decision = decider.decide(move(sequence), state)
          if (!isRejection(decision)) state = decision.reduce(decider.evolve, state)
          if (isRejection(decision) || sequence === null) expect(state.sequence).toBe(before)
          else {
            expect(state.sequence).toBe(sequence)
            expect(decision.map(({ type }) => type)).toEqual(
              sequence === before ? [] : [sequence > before ? 'ProcessorAdvanced' : 'ProcessorRewound'],
            )
          }
        }
      }),
    )
  })

  it('has an id of its own for each app and name', () => {
    expect(processorId('a', 'b.c')).not.toBe(processorId('a.b', 'c'))
  })
})
