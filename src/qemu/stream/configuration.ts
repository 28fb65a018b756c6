import type { Parse, Value } from '../../layout/index.ts'
import { CONFIGURATION_PARTS } from '../frame.layout.ts'
import { configurationCodec, configurationPartCodec } from '../frame.ts'
import { wanted } from '../teller.ts'
import type { Context } from './context.ts'

/** Takes the configuration, which stands behind the header. */
export function* takeConfiguration(context: Context): Parse {
  const { teller } = context
  const { window } = teller
  const configuration = yield* teller.struct('configuration', configurationCodec)
  context.machine = configuration?.machine
  if (configuration === undefined || !(yield* wanted(window, 1)) || context.next() !== 'SUBSECTION') return
  teller.begin('configurationParts', 'list')
  for (let index = 0; (yield* wanted(window, 1)) && context.next() === 'SUBSECTION'; index += 1) {
    const { offset } = window
    const part = yield* teller.struct(index, configurationPartCodec)
    if (part === undefined) break
    if (part.name !== CONFIGURATION_PARTS[part.nameLength as keyof typeof CONFIGURATION_PARTS]) {
      context.note('qemu/unknown-configuration', `Nobody here knows ${JSON.stringify(part.name)}.`, 0)
    }
    configure(context, part, { offset, length: window.offset - offset, part: index })
  }
  teller.end()
}

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
