import { expect, test } from 'vitest'
import { hasFixedHours, ruleInWords } from '../src/pages/schedules/rule-words/rule-in-words.ts'

test.each([
  ['0 0 3 * * ?', 'At 03:00, every day.', '每天，03:00。'],
  ['0 30 8 ? * MON-FRI', 'At 08:30, Monday to Friday.', '周一至周五，08:30。'],
  ['15 30 8,12,18 * * ?', 'At 08:30:15, 12:30:15, and 18:30:15, every day.', '每天，08:30:15、12:30:15、18:30:15。'],
  ['0 0/15 * * * ?', 'Every 15 minutes, every day.', '每天，每 15 分钟。'],
  ['0 */10 8-17 ? * SUN,SAT', 'Every 10 minutes from 08:00 to 17:59, on Sunday and Saturday.', '周日、周六，08:00 至 17:59，每 10 分钟。'],
  ['0 * * * * ?', 'Every minute, every day.', '每天，每分钟。'],
  ['* * * * * ?', 'Every second, every day.', '每天，每秒。'],
  ['0 5 * * * ?', 'Every hour at :05, every day.', '每天，每小时（在 :05）。'],
  ['0 0 */6 * * ?', 'Every 6 hours, every day.', '每天，每 6 小时。'],
  ['0 0 4 1 1,7 ?', 'At 04:00, on day 1 of the month, in January and July.', '1 月、7 月，每月 1 日，04:00。'],
  ['0 0 4 L * ?', 'At 04:00, on the last day of the month.', '每月最后一天，04:00。'],
  ['0 0 4 L-3 * ?', 'At 04:00, 3 days before the last day of the month.', '每月最后一天之前 3 天，04:00。'],
  ['0 0 4 LW * ?', 'At 04:00, on the last day of the month from Monday to Friday.', '每月最后一个工作日（周一至周五），04:00。'],
  ['0 0 4 ? * 6L', 'At 04:00, on the last Friday of the month.', '每月最后一个周五，04:00。'],
  ['0 0 4 ? * MON#2 2027', 'At 04:00, on the second Monday of the month, in year 2027.', '2027 年，每月第二个周一，04:00。'],
])('says %s', (rule, english, chinese) => {
  expect([ruleInWords(rule, 'en'), ruleInWords(rule, 'zh')]).toEqual([english, chinese])
})

test.each(['', '0 0 3', 'no rule at all of that', '0 0 3 1,L * ?', '0 0 3 32X * ?'])('says nothing of %s', (rule) => {
  expect(ruleInWords(rule, 'en')).toBeNull()
})

// An uneven step is not what "every 7 minutes" would promise: at the full hour it begins again.
test('does not say that an uneven step is steady', () => {
  expect(ruleInWords('0 0/7 * * * ?', 'en')).toBe('In every hour, every 7 minutes from 0, second 0, every day.')
})

test('hours with a star or a step follow real time', () => {
  expect(['0 0 3 * * ?', '0 0 1-4 * * ?', '0 0 * * * ?', '0 0 0/2 * * ?'].map(hasFixedHours)).toEqual([true, true, false, false])
})
