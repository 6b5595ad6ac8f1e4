/** Zones of the reference lists: north and south of the equator, without changes, with offsets and changes of half an hour, with changes at midnight, and one that skipped a day. */
export const referenceZones = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Shanghai',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Asia/Beirut',
  'Africa/Johannesburg',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Apia',
] as const

/** Zones whose every change from 2010 to 2029 is in the lists. */
export const zonesWithChanges = [
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Havana',
  'Asia/Beirut',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Apia',
] as const

/** Rules for the changes: minutes and hours only. */
export const rulesAtChanges = [
  '0 30 2 * * ?',
  '0 0 2 * * ?',
  '0 0 3 * * ?',
  '0 15 0 * * ?',
  '0 0 0 * * ?',
  '0 30 23 * * ?',
  '0 0 12 * * ?',
  '0 0/20 1,2,3 * * ?',
  '0 0,45 0,1,2,23 * * ?',
  '0 0/30 * * * ?',
  '0 30 0/2 * * ?',
  '0 10 1/1 * * ?',
]

/** What people write: the examples of Quartz's manual and of Elves 0.1.x, and the corners of each field. */
export const handPicked = [
  '0 0 12 * * ?',
  '0 15 10 ? * *',
  '0 15 10 * * ? *',
  '0 15 10 * * ? 2025',
  '0 * 14 * * ?',
  '0 0/5 14 * * ?',
  '0 0/5 14,18 * * ?',
  '0 0-5 14 * * ?',
  '0 10,44 14 ? 3 WED',
  '0 15 10 ? * MON-FRI',
  '0 15 10 15 * ?',
  '0 15 10 L * ?',
  '0 15 10 L-2 * ?',
  '0 15 10 ? * 6L',
  '0 15 10 ? * 6L 2022-2025',
  '0 15 10 ? * 6#3',
  '0 0 12 1/5 * ?',
  '0 11 11 11 11 ?',
  '0/5 * * * * ?',
  '*/15 * * * * ?',
  '/20 * * * * ?',
  '0 0 0 29 2 ?',
  '0 0 0 29 2 ? 2020-2028/4',
  '0 0 0 31 * ?',
  '0 0 0 30 1,2,3 ?',
  '59 59 23 31 12 ?',
  '0 0 0 1 1 ?',
  '0 0 0 1 JAN ?',
  '0 0 0 ? jan,jul sun',
  '0 0 9 1W * ?',
  '0 0 9 15W * ?',
  '0 0 8,12 15W * ?',
  '0 0 9 LW * ?',
  '0 0 9 L-3W * ?',
  '0 0 9 LW 2 ?',
  '0 0 9 L 2 ?',
  '0 0 9 L-27 2 ?',
  '0 0 9 L-30 * ?',
  '0 0 9 ? * L',
  '0 0 9 ? * SATL',
  '0 0 9 ? * fril',
  '0 0 9 ? * MON#1',
  '0 0 9 ? * tue#5',
  '0 0 9 ? * 1#5',
  '0 0 9 ? 2 7#5',
  '0 0 9 ? * FRI-MON',
  '0 0 9 ? * 6-2',
  '0 0 9 ? NOV-FEB 2',
  '0 0 9 ? 11-2 2',
  '0 0 22-4 * * ?',
  '0 0 22-4/2 * * ?',
  '50-10 0 0 * * ?',
  '0 50-10/5 3 * * ?',
  '0 0 0 28-3 * ?',
  '0 0 0 */7 * ?',
  '0 0 0 ? * 2/2',
  '0 0 0 ? */4 1',
  '0 0 0 1 2/3 ? 2021/3',
  '0 0 9 5C * ?',
  '0 0 9 ? * 2C',
  '0 0 9 1,,3 * ?',
  '0 0/0 9 * * ?',
  '0 */0 9 * * ?',
  '0 0 9 1-31/40 * ?',
  '007 08 09 1 1 ?',
]

/** Texts that are no rule, or that people may take for one. */
export const doubtful = [
  '',
  '* * * * *',
  '* * * * * *',
  '* * * * * ? * *',
  '0 0 0 ? * ?',
  '60 0 0 * * ?',
  '0 60 0 * * ?',
  '0 0 24 * * ?',
  '0 0 0 0 * ?',
  '0 0 0 32 * ?',
  '0 0 0 1 0 ?',
  '0 0 0 1 13 ?',
  '0 0 0 ? * 0',
  '0 0 0 ? * 8',
  '0 0 0 ? * 1-8',
  '-1 0 0 * * ?',
  '0/60 0 0 * * ?',
  '0 0/60 0 * * ?',
  '0 0 0/24 * * ?',
  '0 0 0 1/32 * ?',
  '0 0 0 ? * 2/8',
  '0 0 0 1 1/13 ?',
  '0/ 0 0 * * ?',
  '0 0 / * * ?',
  '0 0 0 L-31 * ?',
  '0 0 0 1 JAN-DEC/3 ?',
  '0 0 0 ? * MON-FRI/2',
  '0 0 0 ? * MONDAY',
  '0 0 0 ? * 2#1,4',
  '0 0 0 1,L * ?',
  '0 0 0 1,15W * ?',
  '0 0 0 1-5W * ?',
  '0 0 *5 * * ?',
  '0 0 0 ? * 1-7L',
  '0 0 0 0W * ?',
  '0 0 0 ? * 9#1',
  '0 0 0 ? * L,2',
  '0 0 0 32W * ?',
  '0 0 0 ? * 2#0',
  '0 0 0 ? * 2#6',
  '0 0 0 ? * 2#',
  '0 0 0 ? * 2#1,4#2',
  '0 0 0 ? * 6L,2',
  '0 0 0 ? * FOO',
  '0 0 0 1 FOO ?',
  '0 0 W * * ?',
  '0 0 2W * * ?',
  '0 0 2L * * ?',
  '0 0 2#1 * * ?',
  '? 0 0 * * ?',
  '0 0 ? * * ?',
  '0 0 0 * ? ?',
  '0 0 0 1 * 2',
  'a 0 0 * * ?',
  '0 0 0 * * ? 2025-2020',
  '0 0 0 MON * ?',
  '@daily',
  '0 0 0 1 1 ? 2020 2021 2022',
]

/** A generator of numbers that gives the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/**
 * Returns a random rule that Quartz takes. It has no W for a day that a month can lack: in such a month Quartz fires on a day that
 * the rule does not mean (31W on 30 April 2021), or searches for ever (L-30W).
 */
export function randomRule(random: () => number): string {
  const int = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
  const one = <T>(of: readonly T[]): T => of[int(0, of.length - 1)] as T
  const anyCase = (text: string) => one([text, text.toLowerCase(), text[0] + text.slice(1).toLowerCase()])

  function plain(from: number, to: number, everyShare: number): string {
    if (random() < everyShare) return '*'
    const kind = random()
    if (kind < 0.45) return String(int(from, to))
    if (kind < 0.65) return Array.from({ length: int(2, 4) }, () => int(from, to)).join(',')
    if (kind < 0.8) return `${int(from, to)}-${int(from, to)}`
    if (kind < 0.9) return `${one(['*', '', String(int(from, to))])}/${int(1, to)}`
    return `${int(from, to)}-${int(from, to)}/${int(1, to)}`
  }

  function ofMonth(): string {
    const kind = random()
    if (kind < 0.5) return plain(1, 31, 0.3)
    if (kind < 0.6) return `${int(1, 28)}W`
    if (kind < 0.7) return one(['L', 'LW'])
    return random() < 0.5 ? `L-${int(1, 30)}` : `L-${int(1, 27)}W`
  }

  function ofWeek(): string {
    const kind = random()
    if (kind < 0.3) return plain(1, 7, 0.2)
    if (kind < 0.5) return `${anyCase(one(days))}-${anyCase(one(days))}`
    if (kind < 0.6) return Array.from({ length: int(1, 3) }, () => anyCase(one(days))).join(',')
    if (kind < 0.8) return `${one([String(int(1, 7)), anyCase(one(days))])}#${int(1, 5)}`
    return one(['L', `${int(1, 7)}L`, `${anyCase(one(days))}L`])
  }

  const isByMonth = random() < 0.5
  const month = random() < 0.7 ? plain(1, 12, 0.7) : one([anyCase(one(months)), `${anyCase(one(months))}-${anyCase(one(months))}`])
  const year = random() < 0.85 ? '' : one([' *', ` ${int(2020, 2029)}`, ` ${int(2019, 2023)}-${int(2024, 2031)}`, ` ${int(2018, 2024)}/${int(2, 4)}`])
  const time = `${random() < 0.6 ? int(0, 59) : plain(0, 59, 0.2)} ${plain(0, 59, 0.15)} ${plain(0, 23, 0.2)}`
  return `${time} ${isByMonth ? ofMonth() : '?'} ${month} ${isByMonth ? '?' : ofWeek()}${year}`
}
