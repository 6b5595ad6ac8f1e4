import type { FieldPart, RuleParts } from './rule-parts.ts'
import { type RuleTimes, ruleTimes } from './rule-times.ts'

const list = (words: readonly (string | number)[]) => words.join('、')
const month = (number: number) => `${number} 月`
const weekday = (number: number) => `周${'日一二三四五六'[number - 1]}`
const units = { second: '秒', minute: '分钟', hour: '小时' } as const

export function chineseRule(parts: RuleParts): string {
  const words = [yearWords(parts.years), monthWords(parts.months), dayWords(parts), timeWords(ruleTimes(parts), parts)]
  return `${words.filter((one) => one !== '').join('，')}。`
}

function timeWords(times: RuleTimes, parts: RuleParts): string {
  if (times.kind === 'at') return list(times.times)
  if (times.kind === 'fields') return `${plainWords(parts.hours, '时')}，${plainWords(parts.minutes, '分')}，${plainWords(parts.seconds, '秒')}`
  const { by, unit, offset, from, to } = times
  const stretch = from === null ? '' : to === null ? `${from} 起，` : `${from} 至 ${to}，`
  return `${stretch}每${by === 1 ? (unit === 'hour' ? '小时' : units[unit]) : ` ${by} ${units[unit]}`}${offset === null ? '' : `（在 ${offset}）`}`
}

function plainWords(part: FieldPart, unit: string): string {
  switch (part.kind) {
    case 'any':
      return `每${unit}`
    case 'list':
      return `${list(part.numbers)} ${unit}`
    case 'range':
      return `${part.from} 至 ${part.to} ${unit}`
    case 'step':
      return `从 ${part.from} ${unit}起${part.to === null ? '' : `至 ${part.to} ${unit}`}每 ${part.by} ${unit}`
  }
}

const nths = ['一', '二', '三', '四', '五']

function dayWords({ ofMonth, ofWeek }: RuleParts): string {
  switch (ofWeek.kind) {
    case 'lastOf':
      return `每月最后一个${weekday(ofWeek.day)}`
    case 'nth':
      return `每月第${nths[ofWeek.nth - 1]}个${weekday(ofWeek.day)}`
    case 'list':
      return list(ofWeek.numbers.map(weekday))
    case 'range':
      return `${weekday(ofWeek.from)}至${weekday(ofWeek.to)}`
    case 'step':
      return `从${weekday(ofWeek.from)}起每 ${ofWeek.by} 天`
    case 'any':
      break
  }
  switch (ofMonth.kind) {
    case 'any':
      return '每天'
    case 'last':
      return ofMonth.before === 0 ? '每月最后一天' : `每月最后一天之前 ${ofMonth.before} 天`
    case 'lastWeekday':
      return '每月最后一个工作日（周一至周五）'
    case 'nearest':
      return `每月最接近 ${ofMonth.day} 日的工作日（周一至周五）`
    case 'list':
      return `每月 ${list(ofMonth.numbers)} 日`
    case 'range':
      return `每月 ${ofMonth.from} 至 ${ofMonth.to} 日`
    case 'step':
      return `每月从 ${ofMonth.from} 日起${ofMonth.to === null ? '' : `至 ${ofMonth.to} 日`}每 ${ofMonth.by} 天`
  }
}

function monthWords(part: FieldPart): string {
  switch (part.kind) {
    case 'any':
      return ''
    case 'list':
      return list(part.numbers.map(month))
    case 'range':
      return `${month(part.from)}至${month(part.to)}`
    case 'step':
      return `从 ${month(part.from)}起${part.to === null ? '' : `至 ${month(part.to)}`}每 ${part.by} 个月`
  }
}

function yearWords(part: FieldPart): string {
  return part.kind === 'any' ? '' : plainWords(part, '年')
}
