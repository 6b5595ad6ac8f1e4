import { expect, test } from 'vitest'
import { isRefusal, kafkaErrorType } from './kafka-error.ts'

const answer = (type: string) => Object.assign(new Error(type), { type })

test("finds the brokers' name of what went wrong wherever it is wrapped", () => {
  expect(kafkaErrorType(answer('NOT_LEADER_FOR_PARTITION'))).toBe('NOT_LEADER_FOR_PARTITION')
  expect(kafkaErrorType(new Error('tried often', { cause: answer('UNKNOWN_TOPIC_OR_PARTITION') }))).toBe('UNKNOWN_TOPIC_OR_PARTITION')
  expect(kafkaErrorType(Object.assign(new Error('several'), { errors: [answer('TOPIC_ALREADY_EXISTS')] }))).toBe('TOPIC_ALREADY_EXISTS')
  expect(kafkaErrorType('no error at all')).toBe('')
})

test('tells what brokers will never take from what passes', () => {
  expect(isRefusal(new Error('wrapped', { cause: answer('TOPIC_AUTHORIZATION_FAILED') }))).toBe(true)
  expect(isRefusal(Object.assign(new Error('bad password'), { name: 'KafkaJSSASLAuthenticationError' }))).toBe(true)
  expect(isRefusal(answer('LEADER_NOT_AVAILABLE'))).toBe(false)
  expect(isRefusal(new Error('connection refused'))).toBe(false)
})

test('comes to an end where an error is its own cause', () => {
  const circular = new Error('round')
  circular.cause = circular
  expect(isRefusal(circular)).toBe(false)
})
