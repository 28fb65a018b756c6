import { hexOffset } from '../../findings/index.ts'
import { OptionError, type OptionValues, parseOptions } from '../../layout/index.ts'
import { vendorOfFormat } from '../../vf-state/index.ts'
import { deviceName } from '../integrity.ts'
import { vendorOf } from './config-space.ts'
import type { Context } from './context.ts'
import { judgeByFormat } from './format.ts'
import type { Part } from './parts.ts'

/** Judges state by the format that it names; state without one is opaque. */
export function judgeBlob(context: Context, part: Part): void {
  const { format: name, device, place } = part
  if (name === '') return
  const vendorId = vendorOf(context.device(device))
  const format = context.known(name)
  if (format === undefined) {
    context.say('stream/unknown-format', `No format is called ${JSON.stringify(name)}.`, place, ['payload', 'format'])
    return
  }
  const owner = vendorOfFormat(name)
  if (owner !== undefined && vendorId !== undefined && vendorId !== owner) {
    const message = `${name} is of devices of vendor ${hexOffset(owner)}; ${deviceName(device)} is of ${hexOffset(vendorId)}.`
    context.say('stream/vendor-mismatch', message, place, ['payload', 'format'])
    // What is made of bytes of another vendor is worth nothing.
    return
  }
  // A stream in a stream would be judged with all that is in it, and so on without end.
  if (format.reader !== undefined) return
  let options: OptionValues
  try {
    const texts = part.options.split('\n').filter((text) => text !== '')
    options = parseOptions(format.options, [...ownVendor(format.options, vendorId), ...texts])
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    context.say('stream/format-options', `The options do not fit ${name}: ${error.message}`, place, [
      'payload',
      'options',
    ])
    return
  }
  judgeByFormat(context, part, format, options)
}

/** The vendor, for formats that depend on it, unless the stream says otherwise. */
const ownVendor = (options: object, vendorId: number | undefined) =>
  'vendorId' in options && vendorId !== undefined ? [`vendorId=${vendorId}`] : []
