import { DecodeError, type Finding } from '../../findings/index.ts'
import {
  array,
  arrayOf,
  type ByteOrder,
  byteOrderOf,
  byteOrderOption,
  bytes,
  errorFinding,
  type Format,
  fromJson,
  joined,
  type Located,
  movedFields,
  movedFindings,
  optional,
  recordOf,
  remaining,
  runField,
  runOf,
  type StructType as Struct,
  StructType,
  toBytes,
  toJson,
  toJsonSchema,
  toView,
  trailingFinding,
  type Value,
} from '../../layout/index.ts'
import { infoDocument } from './document.ts'
import { infoFormat } from './format.ts'
import type { Info, InfoSpec } from './value.ts'

/** Answers one after another, as programs that ask for every index write them. */
export interface InfoList<I> {
  answers: I[]
  /** Too few bytes for another answer. */
  trailing?: Uint8Array
}

/** The format of answers back to back, each as long as its argsz says. */
export function infoListFormat<H extends Struct, B>(
  given: InfoSpec<H, B>,
  name: string,
  title: string,
): Format<InfoList<Info<Value<H>, B>>> {
  type V = InfoList<Info<Value<H>, B>>
  const spec: InfoSpec = given
  const single = infoFormat(given)
  const item = infoDocument(spec)
  const rest = optional(1, bytes(remaining).doc('too few bytes for another answer'))
  const document = new StructType(name, { answers: array(item, 'to-end'), trailing: rest }, item.facts)
  const piecesIn = (whole: Uint8Array, order: ByteOrder) => cut(whole, spec.least, order === 'little')
  return {
    name,
    title,
    source: single.source,
    evidence: single.evidence,
    options: byteOrderOption,
    ksy: single.ksy,
    structures: single.structures,
    codes: single.codes,
    automatic: false,
    detect: () => 0,
    decode(input, options) {
      const { pieces, trailing } = piecesIn(toBytes(input), byteOrderOf(options))
      const answers = pieces.map(({ bytes: piece, offset }, index) => {
        try {
          return single.decode(piece, options)
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error
          const path = ['answers', index, ...error.path]
          throw new DecodeError({ ...error, path, offset: offset + error.offset })
        }
      })
      return trailing === undefined ? { answers } : { answers, trailing }
    },
    encode(value, options) {
      const { answers, trailing } = recordOf(value, [])
      const parts = arrayOf(answers, ['answers']).map((answer) => single.encode(answer as never, options))
      return joined(trailing === undefined ? parts : [...parts, runOf(trailing, ['trailing'])])
    },
    inspect(input, options) {
      const whole = toBytes(input)
      try {
        const value = this.decode(whole, options)
        const { pieces, trailing } = piecesIn(whole, byteOrderOf(options))
        const findings: Finding[] = pieces.flatMap(({ bytes: piece, offset }, index) =>
          movedFindings(single.inspect(piece, options).findings, offset, ['answers', index]),
        )
        if (trailing !== undefined) findings.push(trailingFinding(whole.length - trailing.length, whole.length))
        return { value, findings }
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error
        return { value: undefined, findings: [errorFinding(error, whole.length)] }
      }
    },
    fields(input, options) {
      const whole = toBytes(input)
      const { pieces, trailing } = piecesIn(whole, byteOrderOf(options))
      const fields: Located[] = pieces.flatMap(({ bytes: piece, offset }, index) =>
        movedFields(single.fields(piece, options), offset, ['answers', index]),
      )
      if (trailing !== undefined) fields.push(runField(['trailing'], whole.length - trailing.length, trailing))
      return fields
    },
    toJson: (value) => toJson(document, value),
    fromJson: (json) => fromJson(document, json) as unknown as V,
    schema: () => toJsonSchema(document),
  }
}

interface Cut {
  readonly pieces: { readonly offset: number; readonly bytes: Uint8Array }[]
  readonly trailing: Uint8Array | undefined
}

/** The first piece is there whatever it is, so that input without any answer is told as one that is cut. */
function cut(whole: Uint8Array, least: number, little: boolean): Cut {
  const view = toView(whole)
  const pieces: Cut['pieces'] = []
  let at = 0
  while (at === 0 || whole.length - at >= least) {
    const left = whole.length - at
    const length = left < least ? left : Math.min(left, Math.max(least, view.getUint32(at, little)))
    pieces.push({ offset: at, bytes: whole.subarray(at, at + length) })
    at += length
    if (length === 0) break
  }
  return { pieces, trailing: at < whole.length ? whole.subarray(at) : undefined }
}
