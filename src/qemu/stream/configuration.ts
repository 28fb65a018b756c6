import type { Parse, Value } from '../../layout/index.ts'
import { textValue } from '../../layout/text.ts'
import { CONFIGURATION_PARTS } from '../frame.layout.ts'
import { configurationCodec, configurationPartCodec } from '../frame.ts'
import { waitFor } from '../teller.ts'
import type { Context } from './context.ts'

/** Takes the configuration, which stands behind the header. */
export function* takeConfiguration(context: Context): Parse {
  const { teller } = context
  const { window } = teller
  const configuration = yield* teller.struct('configuration', configurationCodec)
  context.machine = configuration?.machine
  if (configuration === undefined || !(yield* waitFor(window, 1)) || context.next() !== 'SUBSECTION') return
  teller.begin('configurationParts', 'list')
  for (let index = 0; (yield* waitFor(window, 1)) && context.next() === 'SUBSECTION'; index += 1) {
    const { offset } = window
    yield* judgeName(context)
    const part = yield* teller.struct(index, configurationPartCodec)
    if (part === undefined) break
    configure(context, part, { offset, length: window.offset - offset, part: index })
  }
  teller.end()
}

/** Says where the name of the next subsection is unknown: nothing else tells then how long it is. */
function* judgeName(context: Context): Parse {
  const { window } = context.teller
  if (!(yield* waitFor(window, NAME))) return
  const length = window.bytes[window.position + 1] as number
  if (!(yield* waitFor(window, NAME + length))) return
  const name = textValue(window.peek(NAME + length).subarray(NAME), false)
  if (name === CONFIGURATION_PARTS[length]) return
  context.note('qemu/unknown-configuration', `No subsection of the configuration is called ${JSON.stringify(name)}.`)
}

/** Marker, and length of the name that follows. */
const NAME = 1 + 1

/** @param place of the part, and its number */
function configure(
  { ram, judge }: Context,
  { content }: Value<typeof configurationPartCodec.type>,
  place: { readonly offset: number; readonly length: number; readonly part: number },
): void {
  if ('bits' in content) judge.seePageBits(content.bits, place)
  if ('bits' in content && content.bits >= 10 && content.bits <= 30) ram.learnPageSize(2 ** content.bits)
  if (!('capabilities' in content)) return
  const names = new Set(content.capabilities.map(({ name }) => name))
  judge.seeCapabilities(names, place)
  ram.ignoreShared = names.has('x-ignore-shared')
  ram.mappedRam = names.has('mapped-ram')
}
