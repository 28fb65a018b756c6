import { joined, type OptionValues } from '../../layout/index.ts'
import { CHUNK, type RecordInput } from '../../stream/index.ts'
import type { StateForm } from '../designs/recipe.ts'
import type { SectionType } from '../stream/writer.ts'
import { decodeRecords } from '../vfio/records.ts'

/** Makes records from the sections of a device, in the format that the design gives its state. */
export class DeviceStates {
  #data: Uint8Array[] = []

  constructor(
    private readonly device: number,
    private readonly form: StateForm,
  ) {}

  /** A section that is sent. Data comes in several, and is whole with the END section. */
  section(type: SectionType, body: Uint8Array): RecordInput[] {
    const { device, form } = this
    if (form.held === 'bodies') return stateRecords(device, form.format, form.options?.(type) ?? {}, body)
    for (const record of decodeRecords(body).records) if (record.tag === 'DEV_DATA_STATE') this.#data.push(record.data)
    return type === 'END' ? this.rest() : []
  }

  /** Data that is not in a record yet: a source that gave up has sent some all the same. */
  rest(): RecordInput[] {
    const data = joined(this.#data)
    this.#data = []
    return data.length === 0 ? [] : stateRecords(this.device, this.form.format, {}, data)
  }
}

/** The chunks of a state. */
function stateRecords(device: number, format: string, values: OptionValues, data: Uint8Array): RecordInput[] {
  const options = Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')
  const [formatLength, optionsLength] = [format.length, options.length]
  const payload = { formatLength, optionsLength, format, options, data: data.subarray(0, CHUNK) }
  const chunks: RecordInput['payload'][] = [payload]
  for (let at = CHUNK; at < data.length; at += CHUNK) chunks.push(data.subarray(at, at + CHUNK))
  return chunks.map((chunk, index) => ({
    type: 'device-state',
    device,
    payload: chunk,
    goesOn: index < chunks.length - 1,
  }))
}
