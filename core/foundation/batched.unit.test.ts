import { describe, expect, it } from 'vitest'
import { batched } from './batched.ts'

describe('gathered work', () => {
  it('runs what came in one turn as one batch, and what came meanwhile as the next', async () => {
    const batches: number[][] = []
    const run = async (items: readonly number[]) => {
      batches.push([...items])
      return items.map((item) => item * 10)
    }
    const work = batched<number, number>({ maxBatch: 3, keysOf: (item) => [String(item)], run })
    expect(await Promise.all([1, 2, 3, 4].map(work))).toEqual([10, 20, 30, 40])
    expect(batches).toEqual([[1, 2, 3], [4]])
  })

  it('keeps items with a key in common in order and out of one batch', async () => {
    const batches: string[][] = []
    const run = async (items: readonly string[]) => {
      batches.push([...items])
      return items
    }
    const work = batched<string, string>({ maxBatch: 10, keysOf: (item) => [...item], run })
    await Promise.all(['ab', 'bc', 'cd', 'x'].map(work))
    expect(batches).toEqual([['ab', 'x'], ['bc'], ['cd']])
  })

  it('lets one bad item fail alone', async () => {
    const run = async (items: readonly string[]) => {
      if (items.includes('bad')) throw new Error('bad')
      return items
    }
    const work = batched<string, string>({ maxBatch: 10, keysOf: (item) => [item], run })
    const settled = await Promise.allSettled(['a', 'bad', 'b'].map(work))
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await work('c')).toBe('c')
  })
})
