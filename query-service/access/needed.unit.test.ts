import { graphqlSdl } from '@elves/schemas/graphql/sdl.ts'
import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { neededOfFields } from './needed.ts'

test('says of each field of Query and Subscription who may use it, and of no other', () => {
  const schema = buildSchema(graphqlSdl())
  const fields = [schema.getQueryType(), schema.getSubscriptionType()].flatMap((type) => {
    return Object.keys(type?.getFields() ?? {}).map((field) => `${type?.name}.${field}`)
  })
  expect(Object.keys(neededOfFields).sort()).toEqual(fields.sort())
})
