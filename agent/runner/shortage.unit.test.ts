import { expect, test } from 'vitest'
import { shortageOf } from './shortage.ts'

const systemError = (code: string, cause?: unknown) => Object.assign(new Error(`${code}: spawn /x`, { cause }), { code })

test.each([
  ['EMFILE', 'the agent has no file descriptor left (EMFILE)'],
  ['ENFILE', 'the host has no file descriptor left (ENFILE)'],
  ['EAGAIN', 'the host starts no more processes or threads for the agent (EAGAIN)'],
  ['ENOMEM', 'the host has no memory left for the agent (ENOMEM)'],
  ['ENOSPC', "the agent's data folder has no room left, in bytes or in files (ENOSPC)"],
  ['EDQUOT', "the agent's disk quota is used up (EDQUOT)"],
])('names what there was too little of: %s', (code, words) => {
  expect(shortageOf(systemError(code))).toBe(words)
  expect(shortageOf(new Error('could not be done', { cause: systemError(code) }))).toBe(words)
})

test.each([
  ["mkfifo: cannot create fifo '/x/1': No space left on device", /ENOSPC/],
  ['sh: 1: Cannot fork', /EAGAIN/],
  ['1: exec: /bin/python3: Cannot allocate memory', /ENOMEM/],
])('understands the words of other programs: %s', (text, code) => {
  expect(shortageOf(text)).toMatch(code)
  expect(shortageOf(new Error(`Command failed: ${text}`))).toMatch(code)
})

test('says nothing of other reasons', () => {
  for (const thrown of [systemError('ENOENT'), systemError('EACCES'), new Error('an argument has a NUL character'), '1: exec: /x: not found', null]) {
    expect(shortageOf(thrown)).toBeNull()
  }
})
