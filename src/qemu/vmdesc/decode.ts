import { counted, DecodeError, type Finding, type Path, type PathPart } from '../../findings/index.ts'
import { type AnyType, type Located, runField, toView } from '../../layout/index.ts'
import { textValue } from '../../layout/text.ts'
import { bodyCodes } from './codes.ts'
import { KIND_TYPES, NULL_POINTER } from './kinds.ts'
import type { DeviceFields, FieldDescription, FieldValue, StructDescription, SubsectionDescription } from './model.ts'
import { REST } from './model.ts'
import { isPciType, type PciField } from './pci-field.ts'
import { plainValues } from './plain.ts'
import { subsectionHeader } from './subsection.layout.ts'
import { nameInHeader, subsectionHeaderCodec } from './subsection.ts'
import { virtioFields } from './virtio-fields.ts'

/** A device's state, read through its description. */
export interface DecodedDevice {
  /** Members in the order of the description; what it does not reach is the member `rest`. Made when they are asked for. */
  readonly fields: DeviceFields
  /**
   * Every value with the bytes it came from.
   *
   * @param offset where the body begins; default 0, so that offsets count from there
   * @param below what stands in front of each path; default nothing
   */
  located(offset?: number, below?: Path): Located[]
  readonly problems: Finding[]
  /** The fields of PCI devices in it, those inside of the state of virtio devices too, in their order. */
  readonly pci: readonly PciField[]
  /** Bytes that the description reached. */
  readonly length: number
}

/**
 * Reads the body of a FULL section. Never throws: where description and bytes disagree, what could be read is given,
 * members that could not are absent, and all bytes from there on are `rest`.
 */
export function decodeDevice(body: Uint8Array, device: StructDescription): DecodedDevice {
  const decoder = new DeviceDecoder(body, device, { passes: true })
  decoder.decode()
  let fields: DeviceFields | undefined
  return {
    problems: decoder.problems,
    pci: decoder.pci,
    length: decoder.position,
    get fields() {
      fields ??= new DeviceDecoder(body, device).decode()
      return fields
    },
    located(offset, below) {
      const all: Located[] = []
      new DeviceDecoder(body, device, { visit: (field) => all.push(field), offset, below }).decode()
      return all
    },
  }
}

/** Values of one device. Each takes many times the memory of its bytes; The largest seen, of e1000 and igb, have 35 thousand. */
const MOST_VALUES = 1 << 20

/** Values without bytes that are let through: some in any case, and more with what is there. */
const FREE_VALUES = 256

/** Fields of PCI devices that are kept; a device has three. */
const MOST_PCI_FIELDS = 64

interface DecoderUse {
  /** Takes each value with its place. */
  readonly visit?: (field: Located) => void
  /** Where those places begin, and what stands in front of their paths. */
  readonly offset?: number | undefined
  readonly below?: Path | undefined
  /** Whether fields may be passed over: nobody wants them. */
  readonly passes?: boolean
}

class DeviceDecoder {
  position = 0
  readonly problems: Finding[] = []
  readonly pci: PciField[] = []
  private readonly view: DataView
  private readonly path: PathPart[]
  private freeValues: number
  private valuesLeft = MOST_VALUES
  private readonly visit: DecoderUse['visit']
  private readonly start: number
  private readonly below: Path
  private readonly passes: boolean

  constructor(
    private readonly body: Uint8Array,
    private readonly device: StructDescription,
    { visit, offset = 0, below = [], passes = false }: DecoderUse = {},
  ) {
    this.visit = visit
    this.start = offset
    this.below = below
    this.path = [...below]
    this.passes = passes
    this.view = toView(body)
    this.freeValues = FREE_VALUES + 8 * (body.length + device.fields.length)
  }

  decode(): DeviceFields {
    const fields: DeviceFields = {}
    const whole = this.struct(this.device, fields)
    const { body, position } = this
    if (whole && position === body.length) return fields
    const rest = body.subarray(position)
    fields[REST] = rest
    this.visit?.(runField([...this.below, REST], this.start + position, rest))
    if (whole) {
      const message = `The description covers ${position} of the ${counted(body.length, 'byte')}.`
      this.say('qemu/vmdesc-body-rest', message, position, rest.length, [REST])
    }
    return fields
  }

  /** Fills in the members of a structure; false where it could not go on. */
  private struct(struct: StructDescription, into: DeviceFields): boolean {
    for (const field of struct.fields) {
      if (field.elements === undefined && this.passed(field, 1) === 1) continue
      this.path.push(field.member)
      const whole = field.elements === undefined ? this.single(field, into) : this.elements(field, into)
      if (!whole) return false
      this.path.pop()
    }
    for (const subsection of struct.subsections) {
      this.path.push(subsection.member)
      if (!this.header(subsection)) return false
      const fields: DeviceFields = {}
      into[subsection.member] = fields
      if (!this.struct(subsection, fields)) return false
      this.path.pop()
    }
    if (!struct.complete) this.stop('qemu/vmdesc-incomplete', 'The description is unusable from here on.')
    return struct.complete
  }

  private single(field: FieldDescription, into: DeviceFields): boolean {
    return this.value(field, (value) => {
      into[field.member] = value
    })
  }

  private elements(field: FieldDescription, into: DeviceFields): boolean {
    const { first, count } = field.elements ?? { first: 0, count: 1 }
    const list: FieldValue[] = first === 0 ? [] : (into[field.member] as FieldValue[])
    into[field.member] = list
    const keep = (value: FieldValue) => list.push(value)
    for (let index = this.passed(field, count); index < count; index++) {
      this.path.push(first + index)
      if (field.kind === 'pointer' && count > 1 && !this.isNull()) {
        return this.stop('qemu/vmdesc-mixed-pointers', 'The description has a null pointer here, the state has none.')
      }
      if (!this.value(field, keep)) return false
      this.path.pop()
    }
    return true
  }

  /** Passes over a field, or elements of it, of which there is nothing to say. @returns how many */
  private passed(field: FieldDescription, count: number): number {
    const values = this.passes ? plainValues(field) : undefined
    if (values === undefined || field.size === undefined) return 0
    const room = Math.floor((this.body.length - this.position) / field.size)
    const passed = Math.min(count, Math.floor(this.valuesLeft / values), room)
    this.position += passed * field.size
    this.valuesLeft -= passed * values
    return passed
  }

  /** Reads one value and hands it on, a structure before it is filled; false where that could not be. */
  private value(field: FieldDescription, keep: (value: FieldValue) => unknown): boolean {
    const before = this.position
    if (this.valuesLeft-- === 0) return this.stop('qemu/vmdesc-too-many', 'The description has too many values.')
    if (field.kind === 'struct') {
      const fields: DeviceFields = {}
      keep(fields)
      if (!this.struct(field.struct, fields)) return false
    } else {
      const size = field.kind === 'counted' ? this.countedSize() : (field.size ?? 0)
      if (size > this.body.length - before) return this.short(size)
      this.position = before + size
      const value = this.scalar(field, before, size)
      keep(value)
      if (field.kind === 'bytes') this.mark(field.type, before, size)
      this.visit?.({ path: [...this.path], offset: this.start + before, length: size, type: typeOf(field), value })
    }
    if (this.position > before || this.freeValues-- > 0) return true
    return this.stop('qemu/vmdesc-too-many', 'The description has too many values without bytes.')
  }

  private mark(type: string, offset: number, length: number): void {
    if (this.pci.length >= MOST_PCI_FIELDS) return
    const place = { path: [...this.path], offset, length }
    if (isPciType(type)) this.pci.push({ type, ...place })
    else if (type === 'virtio') this.pci.push(...virtioFields(place, this.body))
  }

  private scalar({ kind }: FieldDescription, offset: number, size: number): FieldValue {
    const { view } = this
    switch (kind) {
      case 'bool': {
        const byte = view.getUint8(offset)
        return byte > 1 ? byte : byte === 1
      }
      case 'int8':
        return view.getInt8(offset)
      case 'int16':
        return view.getInt16(offset)
      case 'int32':
        return view.getInt32(offset)
      case 'int64':
        return view.getBigInt64(offset)
      case 'uint8':
        return view.getUint8(offset)
      case 'uint16':
        return view.getUint16(offset)
      case 'uint32':
        return view.getUint32(offset)
      case 'uint64':
        return view.getBigUint64(offset)
      case 'pointer':
        return this.pointer(offset)
      case 'counted':
        return textValue(this.body.subarray(offset + 1, offset + size), false)
      default:
        return this.body.subarray(offset, offset + size)
    }
  }

  private pointer(offset: number): null | number {
    const byte = this.view.getUint8(offset)
    if (byte === NULL_POINTER) return null
    this.say('qemu/vmdesc-null-pointer', `A null pointer is 0x30, not 0x${byte.toString(16)}.`, offset, 1, this.path)
    return byte
  }

  /** Whether a null pointer is next, or nothing at all. */
  private isNull(): boolean {
    const { body, position } = this
    return position >= body.length || body[position] === NULL_POINTER
  }

  private countedSize(): number {
    return this.position < this.body.length ? 1 + this.view.getUint8(this.position) : 1
  }

  private header({ vmsdName, version }: SubsectionDescription): boolean {
    const { position } = this
    const expected = `subsection ${JSON.stringify(vmsdName.slice(0, 80))} of version ${version}`
    try {
      const { value, length } = subsectionHeaderCodec.decodePrefix(this.body.subarray(position))
      if (value.name === nameInHeader(vmsdName) && value.version === version) {
        this.position += length
        const path = [...this.path]
        this.visit?.({ path, offset: this.start + position, length, type: subsectionHeader, value })
        return true
      }
      const found = `${JSON.stringify(value.name.slice(0, 80))} of version ${value.version}`
      return this.stop('qemu/vmdesc-subsection', `Expected ${expected}, found ${found}.`)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return this.stop('qemu/vmdesc-subsection', `Expected ${expected}, found none.`)
    }
  }

  private short(size: number): boolean {
    const left = this.body.length - this.position
    return this.stop('qemu/vmdesc-body-short', `A field needs ${counted(size, 'byte')}, ${left} are left.`)
  }

  private stop(code: keyof typeof bodyCodes.entries, message: string): false {
    this.say(code, message, this.position, this.body.length - this.position, this.path)
    return false
  }

  private say(
    code: keyof typeof bodyCodes.entries,
    message: string,
    offset: number,
    length: number,
    path: readonly PathPart[],
  ): void {
    this.problems.push(bodyCodes.finding(code, message, { offset, length, path: [...path] }))
  }
}

const typeOf = ({ kind }: FieldDescription): AnyType => KIND_TYPES[kind === 'struct' ? 'bytes' : kind]
