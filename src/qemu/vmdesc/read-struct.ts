import { counted, type Path } from '../../findings/index.ts'
import { describe } from '../../layout/index.ts'
import { isMarkedList, kindOf, widthOf } from './kinds.ts'
import type { Content, FieldDescription, StructDescription, SubsectionDescription } from './model.ts'
import { Names } from './names.ts'
import { plainValuesOf } from './plain.ts'
import type { Problems } from './problems.ts'
import { sizeOfStruct } from './size.ts'

/** Levels of structures; those of QEMU's own devices are about a dozen. */
const DEEPEST = 48

const FIRST = { first: 0, count: 1 }

/** Reads the fields and subsections of devices and of the structures in them. */
export class StructReader {
  private depth = 0

  constructor(private readonly problems: Problems) {}

  /** @param reserved names that its members cannot have */
  read(json: Record<string, unknown>, path: Path, reserved: readonly string[] = []): StructDescription {
    this.depth += 1
    const names = new Names(reserved)
    const { fields, complete } = this.fields(json.fields, [...path, 'fields'], names)
    const { subsections, whole } = complete
      ? this.subsections(json.subsections, [...path, 'subsections'], names)
      : { subsections: [], whole: false }
    this.depth -= 1
    const vmsdName = typeof json.vmsd_name === 'string' ? json.vmsd_name : undefined
    const version = isCount(json.version) && json.version <= 0xffffffff ? json.version : undefined
    const size = whole ? sizeOfStruct(fields, subsections) : undefined
    const struct = { vmsdName, version, fields, subsections, size, complete: whole }
    return { ...struct, plainValues: plainValuesOf(struct) }
  }

  /** Fields of one name that follow each other are elements of one array, one by one or in groups. */
  private fields(json: unknown, path: Path, names: Names): { fields: FieldDescription[]; complete: boolean } {
    const fields: FieldDescription[] = []
    if (!Array.isArray(json)) return { fields, complete: this.bad(`The fields are ${describe(json)}.`, path) }
    let last: { name: string; field: FieldDescription } | undefined
    for (const [index, entry] of json.entries()) {
      const at = [...path, index]
      if (!isRecord(entry) || typeof entry.name !== 'string' || typeof entry.type !== 'string') {
        return { fields, complete: this.bad(`Field ${index} has no name and type.`, at) }
      }
      const count = this.count(entry.array_len, at)
      const content = this.content(entry, entry.type, at)
      if (count === undefined || content === undefined) return { fields, complete: false }
      const { name, type } = entry
      const isElement = entry.array_len !== undefined || entry.index !== undefined
      let field: FieldDescription
      if (last?.name === name) {
        const before = last.field.elements ?? FIRST
        if (last.field.elements === undefined) fields[fields.length - 1] = { ...last.field, elements: before }
        field = { member: last.field.member, type, ...content, elements: { first: before.first + before.count, count } }
      } else {
        const member = this.member(name, at, names)
        field = { member, type, ...content, elements: isElement ? { first: 0, count } : undefined }
      }
      if (!Number.isSafeInteger((field.elements?.first ?? 0) + count)) {
        return { fields, complete: this.bad(`The array ${describe(name)} has too many elements.`, at) }
      }
      fields.push(field)
      last = { name, field }
    }
    return { fields, complete: true }
  }

  private member(name: string, path: Path, names: Names): string {
    const member = names.free(name)
    if (member !== name) {
      const message = `The name ${describe(name)} is taken; the member is called ${describe(member)}.`
      this.problems.add('qemu/vmdesc-duplicate-name', message, path)
    }
    return member
  }

  /** How often a field comes; 1 where nothing is said. */
  private count(length: unknown, path: Path): number | undefined {
    if (length === undefined) return 1
    if (isCount(length) && length > 0) return length
    this.bad(`The array length is ${describe(length)}.`, [...path, 'array_len'])
    return undefined
  }

  /** What an element is made of; undefined where the description does not even tell how many bytes it has. */
  private content(entry: Record<string, unknown>, type: string, path: Path): Content | undefined {
    const size = isCount(entry.size) ? entry.size : undefined
    if (entry.size !== undefined && size === undefined) {
      this.bad(`The size is ${describe(entry.size)}.`, [...path, 'size'])
    }
    if (isRecord(entry.struct)) return this.nested(entry.struct, size, [...path, 'struct'])
    // Types that save a structure by way of a function have its members among their own.
    if (Array.isArray(entry.fields) && !isMarkedList(type) && size !== undefined) {
      const inline = this.atDepth(path)?.read(entry, path)
      if (inline?.complete && inline.size === size) return { kind: 'struct', size, struct: inline }
      return { kind: 'bytes', size }
    }
    return this.scalar(type, size, path, entry.size === undefined)
  }

  private nested(json: Record<string, unknown>, size: number | undefined, path: Path): Content | undefined {
    if (json.fields === undefined && size !== undefined) {
      // A null pointer, as QEMU before 10 describes it.
      return { kind: size === 1 ? 'pointer' : 'bytes', size }
    }
    const struct = this.atDepth(path)?.read(json, path)
    if (struct !== undefined && (size === undefined || struct.size === size || sizeOpen(struct))) {
      return { kind: 'struct', size: struct.size, struct }
    }
    if (size === undefined) return undefined
    if (struct?.size !== undefined) this.sizes(size, struct.size, path)
    return { kind: 'bytes', size }
  }

  /** @param isSilent whether nothing at all is said of the size */
  private scalar(type: string, size: number | undefined, path: Path, isSilent: boolean): Content | undefined {
    const kind = kindOf(type)
    if (kind === 'counted') return { kind, size: undefined }
    const width = widthOf(kind)
    if (size === undefined && width === undefined) {
      if (isSilent) this.bad(`A field of type ${describe(type)} has no size.`, path)
      return undefined
    }
    if (width === undefined || size === undefined || size === width) return { kind, size: size ?? width }
    if (size === 1) return { kind: 'pointer', size }
    this.sizes(size, width, path)
    return { kind: 'bytes', size }
  }

  private subsections(
    json: unknown,
    path: Path,
    names: Names,
  ): { subsections: SubsectionDescription[]; whole: boolean } {
    const subsections: SubsectionDescription[] = []
    if (json === undefined) return { subsections, whole: true }
    if (!Array.isArray(json)) return { subsections, whole: this.bad(`The subsections are ${describe(json)}.`, path) }
    for (const [index, entry] of json.entries()) {
      const at = [...path, index]
      const struct = isRecord(entry) ? this.atDepth(at)?.read(entry, at) : undefined
      if (struct === undefined && isRecord(entry)) return { subsections, whole: false }
      if (struct?.vmsdName === undefined || struct.version === undefined) {
        return { subsections, whole: this.bad(`Subsection ${index} has no vmsd_name and version.`, at) }
      }
      const { vmsdName, version } = struct
      subsections.push({ member: this.member(vmsdName, at, names), ...struct, vmsdName, version })
      if (!struct.complete) return { subsections, whole: false }
    }
    return { subsections, whole: true }
  }

  /** This reader, unless it is too deep inside already. */
  private atDepth(path: Path): this | undefined {
    if (this.depth < DEEPEST) return this
    this.problems.add('qemu/vmdesc-too-deep', `Structures are nested more than ${DEEPEST} levels deep.`, path)
    return undefined
  }

  private sizes(stated: number, needed: number, path: Path): void {
    const message = `The size is stated as ${counted(stated, 'byte')}, the content needs ${needed}.`
    this.problems.add('qemu/vmdesc-size-mismatch', message, path)
  }

  private bad(message: string, path: Path): false {
    this.problems.add('qemu/vmdesc-bad-member', message, path)
    return false
  }
}

/** True for a structure of which only the bytes tell the size. */
const sizeOpen = (struct: StructDescription): boolean => struct.complete && struct.size === undefined

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
