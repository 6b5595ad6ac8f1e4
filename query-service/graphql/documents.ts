import { hash } from 'node:crypto'
import { gauge, type LabelledCounter, labelledCounter } from '@elves/core/foundation/metrics.ts'
import { type DocumentNode, type GraphQLSchema, NoSchemaIntrospectionCustomRule, parse, specifiedRules, type ValidationRule, validate } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Registry } from 'prom-client'
import { checkDocumentText, checkSize, maxTokens, selectionsOfDocument } from './limits/document-limits.ts'

export interface DocumentsOptions {
  readonly schema: GraphQLSchema
  readonly isIntrospectable: boolean
  readonly registry: Registry
}

/** Limit for all documents that are kept, in bytes of memory. */
const cachedBytes = 16 * 1024 * 1024
/** A larger document is parsed each time: it would push out many documents that come often. */
const largestCachedBytes = 1024 * 1024
/** Measured: a token with its location takes 260 to 330 bytes in the parsed document. */
const bytesPerToken = 350
/** Reckoned for what the plan of its execution keeps. */
const bytesPerSelection = 1_000
/** Number of places for marks of documents that came once; a document's hash selects its place. */
const rememberedOnce = 4_096

/**
 * Parses and validates documents. A document is kept only when it comes a second time, and all kept ones are bounded by
 * bytes, so a client that always sends new documents fills nothing. What the execution has looked up for a document lives as
 * long as the document.
 */
export class Documents {
  readonly #schema: GraphQLSchema
  readonly #rules: readonly ValidationRule[]
  readonly #kept: LRUCache<string, DocumentNode>
  readonly #seen = new Uint32Array(rememberedOnce)
  readonly #asked: LabelledCounter<'result'>

  constructor({ schema, isIntrospectable, registry }: DocumentsOptions) {
    this.#schema = schema
    this.#rules = isIntrospectable ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]
    this.#kept = new LRUCache({ maxSize: cachedBytes, maxEntrySize: largestCachedBytes, sizeCalculation: bytesOf })
    this.#asked = this.#metrics(registry)
  }

  /** Returns the parsed and validated document. Throws QUERY_TOO_COMPLEX, a syntax error, or one error with all errors of validation. */
  prepared(text: string): DocumentNode {
    const kept = this.#kept.get(text)
    if (kept) {
      this.#asked.inc({ result: 'kept' })
      return kept
    }
    this.#asked.inc({ result: 'parsed' })
    checkDocumentText(text)
    const document = parse(text, { maxTokens })
    checkSize(document)
    const errors = validate(this.#schema, document, this.#rules)
    if (errors.length > 0) throw new AggregateError(errors, 'the document is not valid')
    if (this.#cameBefore(text)) this.#kept.set(text, document)
    return document
  }

  #cameBefore(text: string): boolean {
    const digest = hash('sha1', text, 'buffer')
    const place = digest.readUInt32LE(0) % rememberedOnce
    const mark = digest.readUInt32LE(4)
    if (this.#seen[place] === mark) return true
    this.#seen[place] = mark
    return false
  }

  #metrics(registry: Registry): LabelledCounter<'result'> {
    const kept = this.#kept
    gauge(registry, 'elves_graphql_documents_kept_bytes', 'Parsed GraphQL documents that are kept, in bytes of memory.', () => kept.calculatedSize)
    return labelledCounter(registry, {
      name: 'elves_graphql_documents_total',
      help: 'GraphQL documents by whether they were kept already or had to be parsed.',
      labels: { result: ['kept', 'parsed'] },
    })
  }
}

function bytesOf(document: DocumentNode, text: string): number {
  return 512 + 2 * text.length + bytesPerToken * (document.tokenCount ?? text.length) + bytesPerSelection * selectionsOfDocument(document)
}
