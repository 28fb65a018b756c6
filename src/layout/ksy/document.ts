import { dependsOnEnd } from '../expression.ts'
import type { AnyType, ArrayType, BitsType, ChoiceType, FramedType, StructType, TextType } from '../types.ts'
import { docOf, joined, listed, type Members, number, orderOf, plain, sentence, size, takesAll } from './attributes.ts'
import { integer, truth } from './expressions.ts'
import { parameterId, snake, UniqueNames } from './names.ts'
import { inside, type Order, type Place, type Referred, referredOptionals, usesPosition } from './place.ts'
import { piecesInOrder } from './words.ts'
import type { Yaml } from './yaml.ts'

/** A Kaitai type while it is made. */
interface Spec {
  readonly meta: Members
  readonly params: Members[]
  readonly seq: Members[]
  readonly instances: Members
}

/** The .ksy document of a structure, as data. */
export function ksyDocument(type: StructType): Members {
  return new DocumentBuilder(type).document()
}

class DocumentBuilder {
  private readonly types: { [id: string]: Members } = {}
  private readonly enums: { [id: string]: Members } = {}
  private readonly names = new UniqueNames()
  private readonly made = new Map<object, Map<Order, string>>()
  private readonly referred: Referred
  private readonly words = new Map<BitsType, { be: string; le: string }>()
  private readonly rootOrder: Order

  constructor(private readonly root: StructType) {
    this.referred = referredOptionals(root)
    this.rootOrder = orderOf(root, 'chosen')
  }

  document(): Members {
    const { root } = this
    const id = this.names.take(snake(root.name))
    const order = this.rootOrder
    const spec: Spec = { meta: {}, params: [], seq: [], instances: {} }
    if (order === 'chosen') {
      spec.params.push({ id: 'big_endian', type: 'b1', doc: 'byte order of the machine that the bytes come from' })
    }
    this.fillStruct(spec, root, order, id)
    const { title, source, evidence } = root.facts
    const sure = evidence === undefined || evidence === 'verified' ? undefined : `Evidence: ${evidence}.`
    const { meta: _, ...contents } = this.finish(spec)
    return {
      meta: {
        id,
        title,
        'ks-version': '0.10',
        endian: order === 'chosen' ? { 'switch-on': 'big_endian', cases: { true: 'be', false: 'le' } } : order,
      },
      doc: [`${title}.`, sentence(root.meaning), sure].filter((text) => text !== undefined).join(' '),
      'doc-ref': source,
      ...contents,
      types: this.types,
      enums: this.enums,
    }
  }

  private finish({ meta, params, seq, instances }: Spec): Members {
    return {
      meta: Object.keys(meta).length === 0 ? undefined : meta,
      params: params.length === 0 ? undefined : params,
      seq,
      instances: Object.keys(instances).length === 0 ? undefined : instances,
    }
  }

  /** A type of the document that reads numbers in `order`. */
  private spec(order: Order): Spec {
    const meta = order === this.rootOrder || order === 'chosen' ? {} : { endian: order }
    return { meta, params: [], seq: [], instances: {} }
  }

  /** The Kaitai type of a structure, made once for each byte order it is needed in. */
  private structId(type: StructType, around: Order): string {
    const order = orderOf(type, around)
    const known = this.made.get(type.fields) ?? new Map<Order, string>()
    this.made.set(type.fields, known)
    let id = known.get(order)
    if (id === undefined) {
      const suffix = type.byteOrder === 'parameter' && order !== 'chosen' ? `_${order}` : ''
      id = this.names.take(`${snake(type.name)}${suffix}`)
      known.set(order, id)
      const spec = this.spec(order)
      this.fillStruct(spec, type, order, id)
      const { title, source } = type.facts
      this.types[id] = {
        ...this.finish(spec),
        doc: `${title}.`,
        'doc-ref': source === this.root.facts.source ? undefined : source,
      }
    }
    return id
  }

  private fillStruct(spec: Spec, type: StructType, order: Order, id: string): void {
    for (const [name, { meaning }] of Object.entries(type.parameters)) {
      spec.params.push({ id: parameterId(type, name), type: 'u8', doc: meaning })
    }
    const origin: Place['origin'] = type !== this.root && usesPosition(type) ? [['-', 'struct_start']] : []
    if (origin.length > 0) {
      // Kaitai computes an instance when it is first asked for: an empty field makes that the start.
      spec.seq.push({ id: 'at_struct_start', size: 0, if: 'struct_start >= 0' })
      spec.instances.struct_start = { value: '_io.pos' }
    }
    for (const [name, field] of Object.entries(type.fields)) {
      const place: Place = { struct: type, order, prefix: '', origin, name: `${id}_${snake(name)}`, words: this.words }
      const attribute = this.attribute(field, place)
      if (field.kind === 'optional' && this.referred.get(type.fields)?.has(name)) {
        const presence = `has_${snake(name)}`
        spec.instances[presence] = { value: attribute.if }
        attribute.if = presence
      }
      spec.seq.push({ id: snake(name), ...attribute, doc: joined(docOf(field), attribute.doc) })
    }
  }

  private attribute(type: AnyType, place: Place): Members {
    switch (type.kind) {
      case 'int':
        return number(type, place.order)
      case 'bool':
        return { type: 'u1', doc: 'A C bool: 0, 1, or damaged.' }
      case 'enum':
        return { ...number(type.base, place.order), enum: this.enumeration(place.name, type.names) }
      case 'bits':
        return { type: this.word(type, place) }
      case 'bytes':
        return size(type.length, place)
      case 'text':
        return this.text(type, place)
      case 'array':
        return this.array(type, place)
      case 'framed':
        return this.framed(type, place)
      case 'choice':
        return { type: this.choice(type, place) }
      case 'optional': {
        const inner = this.attribute(type.inner, place)
        const condition = truth(type.condition, place)
        return { ...inner, if: inner.if === undefined ? condition : `(${condition} and ${inner.if})` }
      }
      case 'struct':
        return { type: this.structRef(type, place) }
    }
  }

  private text(type: TextType, place: Place): Members {
    const padding = dependsOnEnd(type.length) ? {} : { 'pad-right': 0 }
    return { type: 'str', ...size(type.length, place), encoding: 'ISO-8859-1', ...padding }
  }

  private array(type: ArrayType, place: Place): Members {
    const { element, count } = type
    const wrapped = element.kind === 'array' || element.kind === 'optional'
    const each = wrapped ? { type: this.wrapper(element, place, false) } : this.attribute(element, place)
    if (count === 'to-end') return { ...each, repeat: 'eos' }
    return { ...each, repeat: 'expr', 'repeat-expr': plain(count, place) }
  }

  private framed(type: FramedType, place: Place): Members {
    const frame = size(type.length, place)
    const { inner } = type
    if (takesAll(inner)) return frame
    if (inner.kind === 'struct') return { ...frame, type: this.structRef(inner, place) }
    const structCases = inner.kind === 'choice' && Object.values(inner.cases).every(({ kind }) => kind === 'struct')
    const otherwise = inner.kind === 'choice' ? inner.otherwise : undefined
    if (inner.kind === 'choice' && structCases && (otherwise === undefined || takesAll(otherwise))) {
      // Without a default, Kaitai keeps what no case wants as bytes.
      return { ...frame, type: this.choice({ ...inner, otherwise: undefined } as ChoiceType, place) }
    }
    return { ...frame, type: this.wrapper(inner, place, true) }
  }

  private choice(type: ChoiceType, place: Place): Yaml {
    const cases: Members = {}
    for (const [tag, part] of Object.entries(type.cases)) {
      cases[tag] = this.typeOf(part, { ...place, name: `${place.name}_${snake(tag)}` })
    }
    if (type.otherwise !== undefined) cases._ = this.typeOf(type.otherwise, { ...place, name: `${place.name}_other` })
    return { 'switch-on': integer(type.tag, place), cases }
  }

  /** A part as a type alone, wrapped where that does not say enough. */
  private typeOf(type: AnyType, place: Place): string {
    if (type.kind === 'struct') return this.structRef(type, place)
    return this.wrapper(type, place, false)
  }

  /** A type with the part as its only field. */
  private wrapper(type: AnyType, place: Place, framed: boolean): string {
    const within = inside(place, framed)
    const id = this.names.take(within.name)
    const spec = this.spec(place.order)
    const attribute = this.attribute(type, { ...within, name: id })
    spec.seq.push({ id: 'content', ...attribute, doc: joined(docOf(type), attribute.doc) })
    this.types[id] = this.finish(spec)
    return id
  }

  private structRef(type: StructType, place: Place): string {
    const id = this.structId(type, place.order)
    const given = Object.entries(type.parameters).map(([name, { default: fallback }]) => {
      const expression = type.given[name]
      return expression === undefined ? String(fallback) : integer(expression, place)
    })
    return given.length === 0 ? id : `${id}(${given.join(', ')})`
  }

  private word(type: BitsType, place: Place): Yaml {
    const { size: bytes, order: own } = type.word
    const order = bytes === 1 ? 'le' : own === 'inherit' ? place.order : own === 'little' ? 'le' : 'be'
    if (order !== 'chosen') return this.wordType(type, place, order, '')
    const made = { be: this.wordType(type, place, 'be', '_be'), le: this.wordType(type, place, 'le', '_le') }
    this.words.set(type, made)
    return { 'switch-on': '_root.big_endian', cases: { true: made.be, false: made.le } }
  }

  private wordType(type: BitsType, place: Place, order: 'le' | 'be', suffix: string): string {
    const id = this.names.take(`${place.name}${suffix}`)
    const seq = piecesInOrder(type, order).map(({ name, width, named, member }): Members => {
      const numbers = member.names
      return {
        id: name,
        type: `b${width}`,
        enum: named && numbers !== undefined ? this.enumeration(`${place.name}_${name}`, numbers) : undefined,
        doc: joined(
          sentence(member.meaning),
          member.as === 'rest' ? 'Reserved.' : undefined,
          !named && numbers !== undefined ? sentence(listed(numbers)) : undefined,
        ),
      }
    })
    // Inside a structure of fixed order, the order that is chosen at run time does not get here.
    const endian = this.rootOrder === 'chosen' ? { endian: order } : {}
    this.types[id] = { meta: { ...endian, 'bit-endian': order }, seq }
    return id
  }

  private enumeration(wanted: string, names: Readonly<Record<number, string>>): string {
    const same = Object.entries(names).map(([number, name]) => [number, snake(name), name] as const)
    const unique = new UniqueNames()
    const values: Members = {}
    for (const [number, id, name] of same) {
      values[number] = id === name ? unique.take(id) : { id: unique.take(id), doc: name }
    }
    const id = this.names.take(`${wanted}_names`)
    this.enums[id] = values
    return id
  }
}
